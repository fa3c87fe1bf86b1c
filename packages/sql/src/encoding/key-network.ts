/**
 * Network addresses in keys: version, network, length of the mask, then the whole address; the
 * hardware addresses as their octets.
 */
import type { NetworkAddress } from "../values/datum.ts";
import { macOctets, macToString } from "../values/mac-address.ts";
import { addressOfOctets, networkPart, octetsOf, withAddress } from "../values/network.ts";
import type { KeyCursor } from "./key-cursor.ts";

function latin1(octets: Uint8Array | readonly number[]): string {
  return String.fromCharCode(...octets);
}

export function encodeNetwork(value: NetworkAddress): string {
  const network = octetsOf(withAddress(value, networkPart(value), value.bits));
  return (
    String.fromCharCode(value.version) +
    latin1(network) +
    String.fromCharCode(value.bits) +
    latin1(octetsOf(value))
  );
}

export function decodeNetwork(cursor: KeyCursor): NetworkAddress {
  const version = cursor.byte() === 4 ? 4 : 6;
  const size = version === 4 ? 4 : 16;
  cursor.take(size);
  const bits = cursor.byte();
  const address = addressOfOctets(Buffer.from(cursor.take(size), "latin1"));
  return { tag: "network", version, bits, address };
}

export function encodeMac(mac: string): string {
  return latin1(macOctets(mac));
}

export function decodeMac(cursor: KeyCursor, length: 6 | 8): string {
  return macToString(Buffer.from(cursor.take(length), "latin1"));
}
