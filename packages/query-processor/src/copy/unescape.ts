/** The backslash sequences of COPY's text format. */
import { decodeText } from "../wire/message-reader.ts";

const SIMPLE: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** Characters from which on replacing by a pattern costs more than going through the bytes. */
const LONG = 4096;

/** Backslash sequences; octal and hexadecimal ones are bytes and may together make a character. */
export function unescape(raw: string): string {
  if (raw.length > LONG) return unescapeLong(raw);
  if (/\\(?:[0-7]|x[0-9a-fA-F])/.test(raw)) return unescapeBytes(raw);
  return raw.replaceAll(
    /\\(.?)/gs,
    (_, char: string) => SIMPLE[char] ?? (char === "" ? "\\" : char),
  );
}

const BACKSLASH = 0x5c;
const HEX_MARK = 0x78;
/** By byte: the one that it stands for behind a backslash. */
const MEANT = Uint8Array.from({ length: 256 }, (_, byte) => {
  const simple = SIMPLE[String.fromCharCode(byte)];
  return simple === undefined ? byte : simple.charCodeAt(0);
});

/** The digit's value, or what no base has. */
const DIGITS = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(digit) ? 255 : digit;
});

function digitAt(bytes: Uint8Array, at: number): number {
  return DIGITS[bytes[at] ?? 0] ?? 255;
}

/** One pass over the bytes, without a string for each sequence. */
function unescapeLong(raw: string): string {
  const bytes = Buffer.from(raw, "utf8");
  const { length } = bytes;
  let to = 0;
  for (let at = 0; at < length;) {
    const byte = bytes[at++] as number;
    if (byte !== BACKSLASH || at === length) {
      bytes[to++] = byte;
      continue;
    }
    const [base, most] = bytes[at] === HEX_MARK ? [16, 2] : [8, 3];
    const from = base === 16 ? at + 1 : at;
    let end = from;
    let value = 0;
    while (end < from + most && digitAt(bytes, end) < base)
      value = value * base + digitAt(bytes, end++);
    if (end > from) {
      bytes[to++] = value & 0xff;
      at = end;
    } else bytes[to++] = MEANT[bytes[at++] as number] as number;
  }
  return decodeText(bytes, 0, to);
}

function unescapeBytes(raw: string): string {
  const latin1 = Buffer.from(raw, "utf8").toString("latin1");
  const bytes = latin1.replaceAll(
    /\\(?:([0-7]{1,3})|x([0-9a-fA-F]{1,2})|(.?))/gs,
    (_, octal: string | undefined, hex: string | undefined, char: string | undefined) => {
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      return SIMPLE[char ?? ""] ?? (char === "" || char === undefined ? "\\" : char);
    },
  );
  const buffer = Buffer.from(bytes, "latin1");
  return decodeText(buffer, 0, buffer.length);
}
