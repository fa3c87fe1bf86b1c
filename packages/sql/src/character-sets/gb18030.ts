/**
 * The four-byte codes of GB18030, as PostgreSQL has them: counted through, bytes
 * 81-fe, 30-39, 81-fe, 30-39, they stand for the characters of Unicode in their order, without those
 * that have two bytes.
 */
const FIRST = 0x8130_8130;
const BASIC_END = 0x1_0000;
const SURROGATES = [0xd800, 0xdfff] as const;
/** Where U+10000 is in the count; what is between is not assigned. */
const SUPPLEMENTARY = 189_000;
const POINT_MAX = 0x10_ffff;

function codeAt(index: number): number {
  const fourth = index % 10;
  const third = Math.floor(index / 10) % 126;
  const second = Math.floor(index / 1260) % 10;
  const first = Math.floor(index / 12_600);
  return FIRST + first * 0x100_0000 + second * 0x1_0000 + third * 0x100 + fourth;
}

function indexOf(code: number): number {
  const rest = code - FIRST;
  const [first, second] = [Math.floor(rest / 0x100_0000), (rest >>> 16) & 0xff];
  const [third, fourth] = [(rest >>> 8) & 0xff, rest & 0xff];
  return ((first * 10 + second) * 126 + third) * 10 + fourth;
}

/** Of the characters below U+10000; `hasTwo` tells which have two bytes. */
export function* basicFourByteCodes(
  hasTwo: (character: string) => boolean,
): Generator<readonly [code: number, character: string]> {
  let index = 0;
  for (let point = 0x80; point < BASIC_END; point++) {
    if (point >= SURROGATES[0] && point <= SURROGATES[1]) continue;
    const character = String.fromCharCode(point);
    if (!hasTwo(character)) yield [codeAt(index++), character];
  }
}

export function supplementaryCode(character: string): number | undefined {
  const point = character.codePointAt(0) ?? 0;
  return point < BASIC_END ? undefined : codeAt(SUPPLEMENTARY + point - BASIC_END);
}

export function supplementaryCharacter(code: number): string | undefined {
  if (code < FIRST) return undefined;
  const point = indexOf(code) - SUPPLEMENTARY + BASIC_END;
  return point < BASIC_END || point > POINT_MAX ? undefined : String.fromCodePoint(point);
}
