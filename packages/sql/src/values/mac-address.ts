/** macaddr and macaddr8: the Datum is lower case hexadecimal with colons. */
import { SqlError } from "@firstlight/common";

const HEX = "[0-9a-fA-F]";
const OCTET = `\\s*(?:0[xX])?(${HEX}+)`;
const PAIR = `(${HEX}{1,2})`;
const FORMS: readonly RegExp[] = [
  Array.from({ length: 6 }, () => OCTET).join(":"),
  Array.from({ length: 6 }, () => OCTET).join("-"),
  `${PAIR}${PAIR}${PAIR}:${PAIR}${PAIR}${PAIR}`,
  `${PAIR}${PAIR}${PAIR}-${PAIR}${PAIR}${PAIR}`,
  `${PAIR}${PAIR}\\.${PAIR}${PAIR}\\.${PAIR}${PAIR}`,
  `${PAIR}${PAIR}-${PAIR}${PAIR}-${PAIR}${PAIR}`,
  PAIR.repeat(6),
].map((form) => new RegExp(`^\\s*${form}\\s*$`));

function invalidSyntax(text: string, type: string): SqlError {
  return new SqlError("22P02", `invalid input syntax for type ${type}: "${text}"`);
}

export function macToString(octets: readonly number[] | Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join(":");
}

export function macOctets(mac: string): number[] {
  return mac.split(":").map((octet) => parseInt(octet, 16));
}

export function parseMac(text: string): string {
  for (const form of FORMS) {
    const match = form.exec(text);
    if (match === null) continue;
    const octets = match.slice(1).map((digits) => parseInt(digits, 16));
    if (octets.every((octet) => octet <= 255)) return macToString(octets);
    throw new SqlError("22003", `invalid octet value in "macaddr" value: "${text}"`);
  }
  throw invalidSyntax(text, "macaddr");
}

/** Six octets get FF and FE in their middle. */
export function widenMac(octets: readonly number[]): number[] {
  return [...octets.slice(0, 3), 0xff, 0xfe, ...octets.slice(3)];
}

const isSpace = (character: string | undefined): boolean =>
  character !== undefined && /\s/.test(character);

/** Pairs of digits with one kind of spacer between any of them; 6 or 8 pairs. */
export function parseMac8(text: string): string {
  const octets: number[] = [];
  let spacer = "";
  let at = 0;
  while (isSpace(text[at])) at++;
  while (at + 1 < text.length) {
    const pair = text.slice(at, at + 2);
    if (!/^[0-9a-fA-F]{2}$/.test(pair) || octets.length === 8)
      throw invalidSyntax(text, "macaddr8");
    octets.push(parseInt(pair, 16));
    at += 2;
    const next = text[at] ?? "";
    if (next === ":" || next === "-" || next === ".") {
      if (spacer !== "" && spacer !== next) throw invalidSyntax(text, "macaddr8");
      spacer = next;
      at++;
    }
    if ((octets.length === 6 || octets.length === 8) && isSpace(text[at])) {
      while (isSpace(text[at])) at++;
      if (at < text.length) throw invalidSyntax(text, "macaddr8");
    }
  }
  if (octets.length === 6) return macToString(widenMac(octets));
  if (octets.length !== 8) throw invalidSyntax(text, "macaddr8");
  return macToString(octets);
}
