/** Go's string literals, as filters use them. */

const SIMPLE: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\', '"': '"' };

const ESCAPE = /\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/g;

/** The text of a literal with its quotes (`"…"` or backquotes), or `undefined` if an escape is none of Go's or a newline is in it. */
export function unquoteGo(literal: string): string | undefined {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) return inner.replaceAll('\r', '');
  if (inner.includes('\n')) return undefined;
  if (!inner.includes('\\')) return inner;
  const chunks: Buffer[] = [];
  let copied = 0;
  for (const match of inner.matchAll(ESCAPE)) {
    const bytes = bytesOf(match);
    if (bytes === undefined || inner.slice(copied, match.index).includes('\\')) return undefined;
    chunks.push(Buffer.from(inner.slice(copied, match.index)), bytes);
    copied = match.index + match[0].length;
  }
  const rest = inner.slice(copied);
  return rest.includes('\\') ? undefined : Buffer.concat([...chunks, Buffer.from(rest)]).toString('utf8');
}

/** `\x` and octal escapes are bytes of UTF-8, the others characters. */
function bytesOf([, simple, hex, octal, short, long]: RegExpExecArray): Buffer | undefined {
  if (simple !== undefined) return Buffer.from(SIMPLE[simple] ?? '');
  const byte = hex !== undefined ? Number.parseInt(hex, 16) : Number.parseInt(octal ?? 'none', 8);
  if (!Number.isNaN(byte)) return byte > 0xff ? undefined : Buffer.of(byte);
  const codePoint = Number.parseInt(short ?? long ?? '', 16);
  const isCharacter = codePoint <= 0x10ffff && !(codePoint >= 0xd800 && codePoint <= 0xdfff);
  return isCharacter ? Buffer.from(String.fromCodePoint(codePoint)) : undefined;
}
