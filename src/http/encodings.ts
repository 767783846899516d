/** Which compression a client takes (RFC 9110, 12.5.3). */

/** Whether `Accept-Encoding` names gzip, and not with the weight 0. */
export function acceptsGzip(header: string): boolean {
  for (const part of header.toLowerCase().split(',')) {
    const [coding = '', ...parameters] = part.split(';');
    if (coding.trim() === 'gzip') return !parameters.some((parameter) => /^\s*q\s*=\s*0(?:\.0*)?\s*$/.test(parameter));
  }
  return false;
}
