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

/** Backslash sequences; octal and hexadecimal ones are bytes and may together make a character. */
export function unescape(raw: string): string {
  if (/\\(?:[0-7]|x[0-9a-fA-F])/.test(raw)) return unescapeBytes(raw);
  return raw.replaceAll(
    /\\(.?)/gs,
    (_, char: string) => SIMPLE[char] ?? (char === "" ? "\\" : char),
  );
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
