/** Operators and functions of inet and cidr. */
import { SqlError } from "@firstlight/common";
import { registerFunctions } from "../registry.ts";
import type { Implementation } from "../registry.ts";
import { invalidParameter } from "../errors.ts";
import type { NetworkAddress } from "../../values/datum.ts";
import {
  addressBits,
  compareNetworks,
  hostText,
  netmaskOf,
  networkPart,
  networkToString,
  samePrefix,
  withAddress,
} from "../../values/network.ts";
import { abbreviateCidr } from "./abbreviate.ts";

type Net = NetworkAddress;

function outOfRange(): SqlError {
  return new SqlError("22003", "result is out of range");
}

const comparisons: Record<string, Implementation> = {
  network_eq: (_, a: Net, b: Net) => compareNetworks(a, b) === 0,
  network_ne: (_, a: Net, b: Net) => compareNetworks(a, b) !== 0,
  network_lt: (_, a: Net, b: Net) => compareNetworks(a, b) < 0,
  network_le: (_, a: Net, b: Net) => compareNetworks(a, b) <= 0,
  network_gt: (_, a: Net, b: Net) => compareNetworks(a, b) > 0,
  network_ge: (_, a: Net, b: Net) => compareNetworks(a, b) >= 0,
  network_cmp: (_, a: Net, b: Net) => Math.sign(compareNetworks(a, b)),
  network_larger: (_, a: Net, b: Net) => (compareNetworks(a, b) > 0 ? a : b),
  network_smaller: (_, a: Net, b: Net) => (compareNetworks(a, b) < 0 ? a : b),
};

/** Whether the two are of one version and agree in `bits`, given the lengths of their masks. */
function containment(test: (a: number, b: number) => boolean): Implementation {
  return (_, a: Net, b: Net) =>
    a.version === b.version && test(a.bits, b.bits) && samePrefix(a, b, Math.min(a.bits, b.bits));
}

const containments: Record<string, Implementation> = {
  network_sub: containment((a, b) => a > b),
  network_subeq: containment((a, b) => a >= b),
  network_sup: containment((a, b) => a < b),
  network_supeq: containment((a, b) => a <= b),
  network_overlap: containment(() => true),
  inet_same_family: (_, a: Net, b: Net) => a.version === b.version,
};

function checkedMask(value: Net, bits: number): number {
  const wanted = bits === -1 ? addressBits(value) : bits;
  if (wanted >= 0 && wanted <= addressBits(value)) return wanted;
  throw invalidParameter(`invalid mask length: ${bits}`);
}

function toCidr(value: Net, bits: number): Net {
  return withAddress(value, value.address & netmaskOf(value.version, bits), bits);
}

function broadcast(value: Net): Net {
  const hosts = (1n << BigInt(addressBits(value) - value.bits)) - 1n;
  return withAddress(value, value.address | hosts, value.bits);
}

function netmask(value: Net): Net {
  return withAddress(value, netmaskOf(value.version, value.bits), addressBits(value));
}

function hostmask(value: Net): Net {
  const hosts = (1n << BigInt(addressBits(value) - value.bits)) - 1n;
  return withAddress(value, hosts, addressBits(value));
}

function merge(a: Net, b: Net): Net {
  if (a.version !== b.version) {
    throw invalidParameter("cannot merge addresses from different families");
  }
  let bits = Math.min(a.bits, b.bits);
  while (!samePrefix(a, b, bits)) bits--;
  return toCidr(a, bits);
}

const functions: Record<string, Implementation> = {
  inet_abbrev: (_, a: Net) => networkToString(a, "shorter"),
  cidr_abbrev: (_, a: Net) => abbreviateCidr(a),
  inet_set_masklen: (_, a: Net, bits: number) => withAddress(a, a.address, checkedMask(a, bits)),
  cidr_set_masklen: (_, a: Net, bits: number) => toCidr(a, checkedMask(a, bits)),
  inet_to_cidr: (_, a: Net) => toCidr(a, a.bits),
  network_network: (_, a: Net) => withAddress(a, networkPart(a), a.bits),
  network_netmask: (_, a: Net) => netmask(a),
  network_hostmask: (_, a: Net) => hostmask(a),
  network_masklen: (_, a: Net) => a.bits,
  network_broadcast: (_, a: Net) => broadcast(a),
  network_host: (_, a: Net) => hostText(a),
  network_family: (_, a: Net) => a.version,
  network_show: (_, a: Net) => networkToString(a, "always"),
  inet_merge: (_, a: Net, b: Net) => merge(a, b),
};

function combine(name: string, rule: (a: bigint, b: bigint) => bigint): Implementation {
  return (_, a: Net, b: Net) => {
    if (a.version !== b.version) {
      throw invalidParameter(`cannot ${name} inet values of different sizes`);
    }
    return withAddress(a, rule(a.address, b.address), Math.max(a.bits, b.bits));
  };
}

function plus(value: Net, distance: bigint): Net {
  const address = value.address + distance;
  if (address < 0n || address >> BigInt(addressBits(value)) !== 0n) throw outOfRange();
  return withAddress(value, address, value.bits);
}

function distance(a: Net, b: Net): bigint {
  if (a.version !== b.version) {
    throw invalidParameter("cannot subtract inet values of different sizes");
  }
  const difference = a.address - b.address;
  if (BigInt.asIntN(64, difference) !== difference) throw outOfRange();
  return difference;
}

const arithmetic: Record<string, Implementation> = {
  inetnot: (_, a: Net) => withAddress(a, a.address ^ netmaskOf(a.version, addressBits(a)), a.bits),
  inetand: combine("AND", (a, b) => a & b),
  inetor: combine("OR", (a, b) => a | b),
  inetpl: (_, a: Net, b: bigint) => plus(a, b),
  "int8pl_inet(int8,inet)": (_, a: bigint, b: Net) => plus(b, a),
  inetmi_int8: (_, a: Net, b: bigint) => plus(a, BigInt.asIntN(64, -b)),
  inetmi: (_, a: Net, b: Net) => distance(a, b),
};

/** Sessions do not tell the addresses of their sockets. */
const ends: Record<string, Implementation> = {
  inet_client_addr: () => null,
  inet_server_addr: () => null,
};

export function registerAddresses(): void {
  for (const entries of [comparisons, containments, functions, arithmetic, ends]) {
    registerFunctions(entries);
  }
}
