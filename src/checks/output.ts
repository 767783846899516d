/** What is kept of a check's output. */

/** The first `maxBytes` of UTF-8, without a character that the cut would split. */
export const firstBytes = (text: string, maxBytes: number): string =>
  new TextDecoder().decode(Buffer.from(text).subarray(0, maxBytes), { stream: true });
