/** abbrev(cidr): only as much of the network as its mask covers, as inet_cidr_ntop writes it. */
import type { NetworkAddress } from "../../values/datum.ts";
import { networkPart, octetsOf, withAddress } from "../../values/network.ts";

function abbreviate4(octets: Uint8Array, bits: number): string {
  if (bits === 0) return "0/0";
  return `${octets.slice(0, Math.ceil(bits / 8)).join(".")}/${bits}`;
}

interface Run {
  readonly start: number;
  readonly length: number;
}

/** As PostgreSQL counts: the length of a run that was not the longest so far is carried on. */
function zeroRun(octets: Uint8Array, words: number): Run {
  let best: Run = { start: 0, length: 0 };
  let start = 0;
  let length = 0;
  for (let i = 0; i < words; i++) {
    if (octets[2 * i] === 0 && octets[2 * i + 1] === 0) {
      if (length === 0) start = i;
      length++;
    } else if (length > best.length) {
      best = { start, length };
      length = 0;
    }
  }
  return length > best.length ? { start, length } : best;
}

function embedsIpv4(octets: Uint8Array, words: number, { start, length }: Run): boolean {
  if (length === words || start !== 0) return false;
  return (
    length === 6 ||
    (length === 5 && octets[10] === 255 && octets[11] === 255) ||
    (length === 7 && octets[14] !== 0 && octets[15] !== 1)
  );
}

function abbreviate6(octets: Uint8Array, bits: number): string {
  if (bits === 0) return "::/0";
  const words = Math.max(Math.ceil(bits / 16), 2);
  const run = zeroRun(octets, words);
  const isIpv4 = embedsIpv4(octets, words, run);
  let text = "";
  for (let p = 0; p < words; p++) {
    const high = octets[2 * p] ?? 0;
    const low = octets[2 * p + 1] ?? 0;
    if (run.length !== 0 && p >= run.start && p < run.start + run.length) {
      if (p === run.start) text += ":";
      if (p === words - 1) text += ":";
    } else if (isIpv4 && p > 5) {
      text += `${p === 6 ? ":" : "."}${high}`;
      if (p !== 7 || bits > 120) text += `.${low}`;
    } else {
      text += `${text === "" ? "" : ":"}${(high * 256 + low).toString(16)}`;
    }
  }
  return `${text}/${bits}`;
}

export function abbreviateCidr(value: NetworkAddress): string {
  const octets = octetsOf(withAddress(value, networkPart(value), value.bits));
  return value.version === 4 ? abbreviate4(octets, value.bits) : abbreviate6(octets, value.bits);
}
