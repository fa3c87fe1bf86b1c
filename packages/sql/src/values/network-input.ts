/**
 * Addresses from text, as inet_net_pton and inet_cidr_pton read them: inet needs four octets unless
 * a netmask is given, cidr fills up and guesses the mask from the class of the network.
 */
export interface ReadAddress {
  readonly octets: readonly number[];
  readonly bits: number;
}

function decimal(digits: string): number | undefined {
  const value = Number(digits);
  return value > 255 ? undefined : value;
}

function filled(octets: readonly number[], size: number): readonly number[] {
  return [...octets, ...Array.from({ length: size - octets.length }, () => 0)];
}

function dotted(text: string, pattern: RegExp): readonly number[] | undefined {
  if (!pattern.test(text)) return undefined;
  const octets: number[] = [];
  for (const part of text.split(".")) {
    if (part === "") continue;
    const value = decimal(part);
    if (value === undefined || octets.length === 4) return undefined;
    octets.push(value);
  }
  return octets;
}

interface Split {
  readonly head: string;
  /** Undefined without a mask, -1 for one that cannot be. */
  readonly bits: number | undefined;
}

function splitMask(text: string): Split {
  const slash = text.indexOf("/");
  if (slash < 0) return { head: text, bits: undefined };
  const mask = text.slice(slash + 1);
  const bits = /^[0-9]+$/.test(mask) && Number(mask) <= 32 ? Number(mask) : -1;
  return { head: text.slice(0, slash), bits };
}

export function readInet4(text: string): ReadAddress | undefined {
  const { head, bits } = splitMask(text);
  const octets = dotted(head, /^[0-9]+(\.[0-9]+)*\.?$/);
  if (octets === undefined || bits === -1) return undefined;
  if (bits === undefined) return octets.length === 4 ? { octets, bits: 32 } : undefined;
  if (Math.floor(bits / 8) > octets.length) return undefined;
  return { octets: filled(octets, 4), bits };
}

function hexOctets(digits: string): readonly number[] | undefined {
  const octets: number[] = [];
  for (let i = 0; i < digits.length; i += 2) {
    octets.push(parseInt(digits.slice(i, i + 2).padEnd(2, "0"), 16));
  }
  return octets.length > 4 ? undefined : octets;
}

function classBits(first: number): number {
  if (first >= 240) return 32;
  if (first >= 224) return 4;
  if (first >= 192) return 24;
  return first >= 128 ? 16 : 8;
}

function impliedBits(octets: readonly number[]): number {
  const bits = classBits(octets[0] ?? 0);
  return bits >= 8 && bits < octets.length * 8 ? octets.length * 8 : bits;
}

export function readCidr4(text: string): ReadAddress | undefined {
  const { head, bits } = splitMask(text);
  const hex = /^0[xX]([0-9a-fA-F]+)$/.exec(head);
  const octets = hex === null ? dotted(head, /^[0-9]+(\.[0-9]+)*$/) : hexOctets(hex[1] ?? "");
  if (octets === undefined || bits === -1) return undefined;
  return { octets: filled(octets, 4), bits: bits ?? impliedBits(octets) };
}

function mask6(text: string): number | undefined {
  if (!/^(0|[1-9][0-9]*)$/.test(text)) return undefined;
  const bits = Number(text);
  return bits > 128 ? undefined : bits;
}

function words(text: string): readonly number[] | undefined {
  if (text === "") return [];
  const octets: number[] = [];
  const parts = text.split(":");
  for (const [i, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      const word = parseInt(part, 16);
      octets.push(word >> 8, word & 255);
    } else if (i === parts.length - 1 && /^(0|[1-9]\d{0,2})(\.(0|[1-9]\d{0,2})){0,3}$/.test(part)) {
      const tail = part.split(".").map(decimal);
      if (tail.length < 2 || tail.includes(undefined)) return undefined;
      octets.push(...filled(tail as readonly number[], 4));
    } else {
      return undefined;
    }
  }
  return octets;
}

export function readAddress6(text: string): ReadAddress | undefined {
  const slash = text.indexOf("/");
  const bits = slash < 0 ? 128 : mask6(text.slice(slash + 1));
  const head = slash < 0 ? text : text.slice(0, slash);
  if (bits === undefined) return undefined;
  const gap = head.indexOf("::");
  if (gap < 0) {
    const octets = words(head);
    return octets?.length === 16 ? { octets, bits } : undefined;
  }
  const before = words(head.slice(0, gap));
  const after = words(head.slice(gap + 2));
  if (before === undefined || after === undefined || before.length + after.length > 14) {
    return undefined;
  }
  const zeros = Array.from({ length: 16 - before.length - after.length }, () => 0);
  return { octets: [...before, ...zeros, ...after], bits };
}
