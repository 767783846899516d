/** Cuts what programs report of their checks to the length that may be kept. */

/** `output` with at most `maxBytes` bytes of it, cut between characters, and a note of what was cut. Consul's text. */
export function clipOutput(output: string, maxBytes: number): string {
  const sizeBytes = Buffer.byteLength(output);
  if (sizeBytes <= maxBytes) return output;
  const kept = new TextDecoder().decode(Buffer.from(output).subarray(0, maxBytes), { stream: true });
  return `${kept} ... (captured ${maxBytes} of ${sizeBytes} bytes)`;
}
