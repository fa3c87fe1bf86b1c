/**
 * Bytes with room in front of them: a header is put there without copying what may be a gigabyte.
 * Whoever takes room has it for good: a second header in front of the same bytes needs a copy.
 */

/** Of each such memory: where what is in use begins. */
const used = new WeakMap<ArrayBufferLike, number>();

export function allocateWithRoom(bytes: number, room: number): Buffer {
  const all = Buffer.allocUnsafeSlow(room + bytes);
  used.set(all.buffer, room);
  return all.subarray(room);
}

/** The same memory from `more` bytes further in front on; undefined where there is no such room. */
export function takeRoom(bytes: Uint8Array, more: number): Buffer | undefined {
  const { buffer, byteOffset, length } = bytes;
  if (used.get(buffer) !== byteOffset || byteOffset < more) return undefined;
  used.set(buffer, byteOffset - more);
  return Buffer.from(buffer, byteOffset - more, more + length);
}
