/** Lengths in packed mutations: LEB128, of at most 28 bits. */

export function packVarint(target: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) target[at++] = (rest & 0x7f) | 0x80;
  target[at++] = rest;
  return at;
}

/** How many bytes the one there has. */
export function varintBytes(bytes: Uint8Array, at: number): number {
  let end = at;
  while ((bytes[end] as number) >= 0x80) end++;
  return end + 1 - at;
}

export function varintIn(bytes: Uint8Array, at: number): number {
  let byte = bytes[at] as number;
  if (byte < 0x80) return byte;
  let value = byte & 0x7f;
  for (let shift = 7, next = at + 1; byte >= 0x80; shift += 7, next++) {
    byte = bytes[next] as number;
    value |= (byte & 0x7f) << shift;
  }
  return value;
}
