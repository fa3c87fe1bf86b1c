/**
 * Single-byte encodings to and from text: convert_from, convert_to and convert. Tables come from the
 * runtime; bytes that PostgreSQL's tables leave out are refused.
 */
import { SqlError } from "@firstlight/common";

/** Names of PostgreSQL and of the runtime. LATIN1 is the code points themselves. */
const LABELS: Readonly<Record<string, string>> = {
  LATIN2: "iso-8859-2",
  LATIN9: "iso-8859-15",
  ISO_8859_5: "iso-8859-5",
  KOI8R: "koi8-r",
  WIN866: "ibm866",
  WIN1250: "windows-1250",
  WIN1251: "windows-1251",
};
const BYTES = 256;
const ASCII = 128;
/** From 0x80 on; the runtime takes windows-1252 for latin1. A dot stands for no character. */
const WIN1252_HIGH = "€.‚ƒ„…†‡ˆ‰Š‹Œ.Ž..‘’“”•–—˜™š›œ.žŸ";

interface CharacterSet {
  /** By byte; undefined where there is no character. */
  readonly characters: readonly (string | undefined)[];
  readonly bytes: ReadonlyMap<string, number>;
}

const loaded = new Map<string, CharacterSet>();

/** Control characters above ASCII stand for bytes that windows-125x does not define. */
function isDefined(label: string, character: string): boolean {
  return !(label.startsWith("windows") && character >= "\u0080" && character <= "\u009f");
}

function charactersOf(encoding: string): ((byte: number) => string | undefined) | undefined {
  if (encoding === "LATIN1") return (byte) => String.fromCharCode(byte);
  if (encoding === "WIN1252") {
    return (byte) => {
      const character = WIN1252_HIGH[byte - ASCII] ?? String.fromCharCode(byte);
      return character === "." ? undefined : character;
    };
  }
  const label = LABELS[encoding];
  if (label === undefined) return undefined;
  const decoder = new TextDecoder(label);
  return (byte) => {
    const character = decoder.decode(Uint8Array.of(byte));
    return isDefined(label, character) ? character : undefined;
  };
}

function load(encoding: string): CharacterSet | undefined {
  const characterOf = charactersOf(encoding);
  if (characterOf === undefined) return undefined;
  const characters = Array.from({ length: BYTES }, (_, byte) =>
    byte < ASCII ? String.fromCharCode(byte) : characterOf(byte),
  );
  const bytes = new Map<string, number>();
  characters.forEach((character, byte) => {
    if (character !== undefined) bytes.set(character, byte);
  });
  return { characters, bytes };
}

/** Undefined for encodings that are not here. */
export function characterSet(encoding: string): CharacterSet | undefined {
  const known = loaded.get(encoding) ?? load(encoding);
  if (known !== undefined) loaded.set(encoding, known);
  return known;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => `0x${byte.toString(16).padStart(2, "0")}`).join(" ");
}

function noEquivalent(bytes: Uint8Array, from: string, to: string): SqlError {
  return new SqlError(
    "22P05",
    `character with byte sequence ${hex(bytes)} in encoding "${from}" has no equivalent in encoding "${to}"`,
  );
}

export function decodeBytes(bytes: Uint8Array, encoding: string, set: CharacterSet): string {
  let text = "";
  for (const byte of bytes) {
    if (byte === 0) {
      throw new SqlError("22021", `invalid byte sequence for encoding "${encoding}": 0x00`);
    }
    const character = set.characters[byte];
    if (character === undefined) throw noEquivalent(Uint8Array.of(byte), encoding, "UTF8");
    text += character;
  }
  return text;
}

export function encodeText(text: string, encoding: string, set: CharacterSet): Uint8Array {
  const bytes = Array.from(text, (character) => {
    const byte = set.bytes.get(character);
    if (byte !== undefined) return byte;
    throw noEquivalent(Buffer.from(character, "utf8"), "UTF8", encoding);
  });
  return Uint8Array.from(bytes);
}
