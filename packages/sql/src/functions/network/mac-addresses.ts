/** Operators and functions of macaddr and macaddr8. */
import { SqlError } from "@firstlight/common";
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import { macOctets, macToString, widenMac } from "../../values/mac-address.ts";

function comparisons(prefix: string): Record<string, Implementation> {
  return {
    [`${prefix}_eq`]: (_, a: string, b: string) => a === b,
    [`${prefix}_ne`]: (_, a: string, b: string) => a !== b,
    [`${prefix}_lt`]: (_, a: string, b: string) => a < b,
    [`${prefix}_le`]: (_, a: string, b: string) => a <= b,
    [`${prefix}_gt`]: (_, a: string, b: string) => a > b,
    [`${prefix}_ge`]: (_, a: string, b: string) => a >= b,
    [`${prefix}_cmp`]: (_, a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0),
  };
}

function mapOctets(mac: string, change: (octet: number, at: number) => number): string {
  return macToString(macOctets(mac).map((octet, at) => change(octet, at) & 255));
}

function combine(a: string, b: string, rule: (a: number, b: number) => number): string {
  const other = macOctets(b);
  return mapOctets(a, (octet, at) => rule(octet, other[at] ?? 0));
}

function bitwise(prefix: string): Record<string, Implementation> {
  return {
    [`${prefix}_not`]: (_, a: string) => mapOctets(a, (octet) => ~octet),
    [`${prefix}_and`]: (_, a: string, b: string) => combine(a, b, (x, y) => x & y),
    [`${prefix}_or`]: (_, a: string, b: string) => combine(a, b, (x, y) => x | y),
    [`${prefix}_trunc`]: (_, a: string) => mapOctets(a, (octet, at) => (at < 3 ? octet : 0)),
  };
}

function narrow(mac: string): string {
  const octets = macOctets(mac);
  if (octets[3] !== 0xff || octets[4] !== 0xfe) {
    throw new SqlError("22003", "macaddr8 data out of range to convert to macaddr", {
      hint: "Only addresses that have FF and FE as values in the 4th and 5th bytes from the left, for example xx:xx:xx:ff:fe:xx:xx:xx, are eligible to be converted from macaddr8 to macaddr.",
    });
  }
  return macToString([...octets.slice(0, 3), ...octets.slice(5)]);
}

export function registerMacAddresses(): void {
  for (const prefix of ["macaddr", "macaddr8"]) {
    registerFunctions(comparisons(prefix));
    registerFunctions(bitwise(prefix));
  }
  registerFunctions({
    macaddrtomacaddr8: (_, a: string) => macToString(widenMac(macOctets(a))),
    macaddr8tomacaddr: (_, a: string) => narrow(a),
    macaddr8_set7bit: (_, a: string) => mapOctets(a, (octet, at) => (at === 0 ? octet | 2 : octet)),
  });
}
