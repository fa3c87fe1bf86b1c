/**
 * Memory of records on their way to the disk. Many share one buffer: they leave together, and a
 * buffer costs the garbage collector more than many records.
 */

const SHARED_BYTES = 64 << 10;
const SHARED_MAX = 4 << 10;
/** Checksums are made of words. */
const ALIGNED = 8;

let shared = new ArrayBuffer(SHARED_BYTES);
let top = 0;

/** Uninitialized, perhaps. */
export function recordBytes(length: number): Uint8Array {
  if (length > SHARED_MAX) return Buffer.allocUnsafe(length);
  if (top + length > SHARED_BYTES) {
    shared = new ArrayBuffer(SHARED_BYTES);
    top = 0;
  }
  const bytes = new Uint8Array(shared, top, length);
  top = (top + length + ALIGNED - 1) & -ALIGNED;
  return bytes;
}

/** Up to here a loop is faster than a view and a call. */
const LOOP_MAX = 64;

export function copyBytes(
  target: Uint8Array,
  at: number,
  source: Uint8Array,
  from: number,
  to: number,
): void {
  if (to - from > LOOP_MAX) target.set(source.subarray(from, to), at);
  else for (let i = from; i < to; i++) target[at + i - from] = source[i] as number;
}
