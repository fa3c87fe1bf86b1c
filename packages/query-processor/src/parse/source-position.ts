/**
 * Offsets within the text that a client sent. libpg-query counts UTF-8 bytes, JavaScript UTF-16
 * units, and PostgreSQL tells clients characters (code points, from 1).
 */

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** Of the text that was asked about last: one with many statements is asked about for each. */
const last = { source: "", isAscii: true };

function isAscii(source: string): boolean {
  if (source !== last.source) {
    last.source = source;
    last.isAscii = Buffer.byteLength(source) === source.length;
  }
  return last.isAscii;
}

/** Finds places by byte offsets that ascend, in one pass. */
export class UnitCursor {
  readonly #source: string;
  #bytes = 0;
  #units = 0;
  characters = 0;

  constructor(source: string) {
    this.#source = source;
  }

  /** In UTF-16 units. */
  at(byteOffset: number): number {
    const source = this.#source;
    if (isAscii(source)) {
      this.characters = Math.min(source.length, byteOffset);
      return this.characters;
    }
    while (this.#bytes < byteOffset && this.#units < source.length) {
      const codePoint = source.codePointAt(this.#units) ?? 0;
      this.#bytes += utf8Length(codePoint);
      this.#units += codePoint > 0xffff ? 2 : 1;
      this.characters += 1;
    }
    return this.#units;
  }
}

/** 1-based character position of a 0-based byte offset. */
export function characterPosition(source: string, byteOffset: number): number {
  const cursor = new UnitCursor(source);
  cursor.at(byteOffset);
  return cursor.characters + 1;
}

/** UTF-16 units that so many characters take. */
export function unitsBefore(source: string, characters: number): number {
  let units = 0;
  for (let left = characters; left > 0; left--) {
    units += (source.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
  }
  return units;
}
