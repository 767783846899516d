/** What is kept of a check's output, whatever its type and whoever wrote it: the target, a name server, another check. */

/** What a check type itself writes around what a target said: method and URL, a note that there was more. */
const FRAME_BYTES = 1_024;

/** The output of a check that may keep `maxBytes` of what its target says, with room for the words around it; the rest is cut off between characters. */
export const clipped = (output: string, maxBytes: number): string =>
  new TextDecoder().decode(Buffer.from(output).subarray(0, maxBytes + FRAME_BYTES), { stream: true });
