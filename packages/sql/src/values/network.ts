/** inet and cidr: text forms, masks and the order of addresses. */
import { SqlError } from "@firstlight/common";
import type { NetworkAddress } from "./datum.ts";
import { readAddress6, readCidr4, readInet4 } from "./network-input.ts";

export type NetworkKind = "inet" | "cidr";

export function addressBits({ version }: NetworkAddress): 32 | 128 {
  return version === 4 ? 32 : 128;
}

/** Ones in the first `bits` of the address. */
export function netmaskOf(version: 4 | 6, bits: number): bigint {
  const size = version === 4 ? 32 : 128;
  return ((1n << BigInt(bits)) - 1n) << BigInt(size - bits);
}

/** The address with its host part cleared. */
export function networkPart({ version, bits, address }: NetworkAddress): bigint {
  return address & netmaskOf(version, bits);
}

export function withAddress(value: NetworkAddress, address: bigint, bits: number): NetworkAddress {
  return { tag: "network", version: value.version, bits, address };
}

export function octetsOf({ version, address }: NetworkAddress): Uint8Array {
  const hex = address.toString(16).padStart(version === 4 ? 8 : 32, "0");
  return new Uint8Array(Buffer.from(hex, "hex"));
}

export function addressOfOctets(octets: Uint8Array | readonly number[]): bigint {
  return BigInt(`0x${Buffer.from(octets).toString("hex")}`);
}

export function hasHostBits(value: NetworkAddress): boolean {
  return networkPart(value) !== value.address;
}

export function parseNetwork(text: string, kind: NetworkKind): NetworkAddress {
  const version = text.includes(":") ? 6 : 4;
  const read =
    version === 6 ? readAddress6(text) : kind === "inet" ? readInet4(text) : readCidr4(text);
  if (read === undefined) {
    throw new SqlError("22P02", `invalid input syntax for type ${kind}: "${text}"`);
  }
  const value: NetworkAddress = {
    tag: "network",
    version,
    bits: read.bits,
    address: addressOfOctets(read.octets),
  };
  if (kind === "cidr" && hasHostBits(value)) {
    throw new SqlError("22P02", `invalid cidr value: "${text}"`, {
      detail: "Value has bits set to right of mask.",
    });
  }
  return value;
}

function wordsOf(octets: Uint8Array): number[] {
  return Array.from({ length: 8 }, (_, i) => (octets[2 * i] ?? 0) * 256 + (octets[2 * i + 1] ?? 0));
}

/** The first longest run of zero words, of two at least. */
function zeroRun(words: readonly number[]): { start: number; length: number } {
  let best = { start: -1, length: 0 };
  for (let start = 0; start < words.length; start++) {
    let length = 0;
    while (words[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best.length < 2 ? { start: -1, length: 0 } : best;
}

function embedsIpv4(
  words: readonly number[],
  { start, length }: ReturnType<typeof zeroRun>,
): boolean {
  if (start !== 0) return false;
  return length === 6 || (length === 5 && words[5] === 0xffff);
}

function address6(octets: Uint8Array): string {
  const words = wordsOf(octets);
  const run = zeroRun(words);
  const hex = (list: readonly number[]): string => list.map((word) => word.toString(16)).join(":");
  if (embedsIpv4(words, run)) {
    const middle = hex(words.slice(run.length, 6));
    return `::${middle === "" ? "" : `${middle}:`}${octets.slice(12).join(".")}`;
  }
  if (run.start < 0) return hex(words);
  return `${hex(words.slice(0, run.start))}::${hex(words.slice(run.start + run.length))}`;
}

/** The address alone. */
export function hostText(value: NetworkAddress): string {
  const octets = octetsOf(value);
  return value.version === 4 ? octets.join(".") : address6(octets);
}

/** With the mask: always, or only where it is shorter than the address. */
export function networkToString(value: NetworkAddress, mask: "always" | "shorter"): string {
  const hidden = mask === "shorter" && value.bits === addressBits(value);
  return hidden ? hostText(value) : `${hostText(value)}/${value.bits}`;
}

function compareBigints(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether the first `bits` are the same. */
export function samePrefix(a: NetworkAddress, b: NetworkAddress, bits: number): boolean {
  const mask = netmaskOf(a.version, bits);
  return (a.address & mask) === (b.address & mask);
}

/** By version, network, length of the mask and address. */
export function compareNetworks(a: NetworkAddress, b: NetworkAddress): number {
  if (a.version !== b.version) return a.version - b.version;
  const mask = netmaskOf(a.version, Math.min(a.bits, b.bits));
  return (
    compareBigints(a.address & mask, b.address & mask) ||
    a.bits - b.bits ||
    compareBigints(a.address, b.address)
  );
}
