/** inet, cidr, macaddr and macaddr8. */
import { SqlError } from "@firstlight/common";
import type { Datum, NetworkAddress } from "../values/datum.ts";
import { macOctets, macToString, parseMac, parseMac8, widenMac } from "../values/mac-address.ts";
import {
  addressBits,
  addressOfOctets,
  compareNetworks,
  hasHostBits,
  type NetworkKind,
  networkToString,
  octetsOf,
  parseNetwork,
} from "../values/network.ts";
import * as binary from "./binary.ts";
import * as oids from "./oids.ts";
import { keepValue } from "./scalar-types.ts";
import type { SqlType } from "./sql-type.ts";

/** PGSQL_AF_INET and PGSQL_AF_INET6. */
const FAMILY_4 = 2;
const FAMILY_6 = 3;

function sendNetwork(value: NetworkAddress, kind: NetworkKind): Buffer {
  const octets = octetsOf(value);
  const family = value.version === 4 ? FAMILY_4 : FAMILY_6;
  const head = Buffer.of(family, value.bits, kind === "cidr" ? 1 : 0, octets.length);
  return Buffer.concat([head, octets]);
}

function invalidExternal(what: string, kind: NetworkKind): SqlError {
  return new SqlError("22P03", `invalid ${what} in external "${kind}" value`);
}

function receiveNetwork(bytes: Uint8Array, kind: NetworkKind): NetworkAddress {
  binary.expectBytes(bytes, 1);
  const [family, bits = 0, , length] = bytes;
  if (family !== FAMILY_4 && family !== FAMILY_6) throw invalidExternal("address family", kind);
  const size = family === FAMILY_4 ? 4 : 16;
  binary.expectBytes(bytes, 2);
  if (bits > size * 8) throw invalidExternal("bits", kind);
  binary.expectBytes(bytes, 4);
  if (length !== size) throw invalidExternal("length", kind);
  binary.expectBytes(bytes, 4 + size);
  binary.expectLength(bytes, 4 + size);
  const address = addressOfOctets(bytes.subarray(4));
  const value: NetworkAddress = { tag: "network", version: size === 4 ? 4 : 6, bits, address };
  if (kind === "cidr" && hasHostBits(value)) {
    throw new SqlError("22P03", 'invalid external "cidr" value', {
      detail: "Value has bits set to right of mask.",
    });
  }
  return value;
}

/** cidr is taken for inet as it is, so equal addresses of both have equal keys. */
function networkType(oid: number, kind: NetworkKind): SqlType {
  return {
    oid,
    name: kind,
    input: (text) => parseNetwork(text, kind),
    output: (value) =>
      networkToString(value as NetworkAddress, kind === "cidr" ? "always" : "shorter"),
    receive: (bytes) => receiveNetwork(bytes, kind),
    send: (value) => sendNetwork(value as NetworkAddress, kind),
    compare: (a, b) => compareNetworks(a as NetworkAddress, b as NetworkAddress),
    hashKey(value) {
      const network = value as NetworkAddress;
      return `${network.address.toString(36)}/${network.bits}/${addressBits(network)}`;
    },
    applyTypmod: keepValue,
  };
}

function macType(
  oid: number,
  name: string,
  input: (text: string) => string,
  receive: (bytes: Uint8Array) => string,
): SqlType {
  return {
    oid,
    name,
    input,
    output: (value) => value as string,
    receive,
    send: (value) => Buffer.from(macOctets(value as string)),
    compare(a: Datum, b: Datum) {
      if (a === b) return 0;
      return (a as string) < (b as string) ? -1 : 1;
    },
    hashKey: (value) => value as string,
    applyTypmod: keepValue,
  };
}

export const NETWORK_TYPES: readonly SqlType[] = [
  networkType(oids.INET, "inet"),
  networkType(oids.CIDR, "cidr"),
  macType(oids.MACADDR, "macaddr", parseMac, (bytes) => {
    binary.expectBytes(bytes, 6);
    binary.expectLength(bytes, 6);
    return macToString(bytes);
  }),
  macType(oids.MACADDR8, "macaddr8", parseMac8, (bytes) => {
    if (bytes.length === 6) return macToString(widenMac([...bytes]));
    binary.expectBytes(bytes, 8);
    binary.expectLength(bytes, 8);
    return macToString(bytes);
  }),
];
