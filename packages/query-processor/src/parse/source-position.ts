/**
 * Offsets within the text that a client sent. libpg-query counts UTF-8 bytes, JavaScript UTF-16
 * units, and PostgreSQL tells clients characters (code points, from 1).
 */

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** The code points and UTF-16 units before a byte offset. */
function locate(source: string, byteOffset: number): { characters: number; units: number } {
  let bytes = 0;
  let characters = 0;
  let units = 0;
  while (bytes < byteOffset && units < source.length) {
    const codePoint = source.codePointAt(units) ?? 0;
    bytes += utf8Length(codePoint);
    units += codePoint > 0xffff ? 2 : 1;
    characters += 1;
  }
  return { characters, units };
}

/** 1-based character position of a 0-based byte offset. */
export function characterPosition(source: string, byteOffset: number): number {
  return locate(source, byteOffset).characters + 1;
}

/** Of the text that was asked about last: one with many statements is asked about for each. */
const last = { source: "", isAscii: true };

function isAscii(source: string): boolean {
  if (source !== last.source) {
    last.source = source;
    // oxlint-disable-next-line no-control-regex -- the whole ASCII range
    last.isAscii = /^[\x00-\x7f]*$/u.test(source);
  }
  return last.isAscii;
}

/** The part of the source between two byte offsets. */
export function sliceBytes(source: string, from: number, to: number): string {
  if (isAscii(source)) return source.slice(from, to);
  const start = locate(source, from).units;
  return source.slice(start, start + locate(source.slice(start), to - from).units);
}
