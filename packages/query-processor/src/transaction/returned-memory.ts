/**
 * Memory that goes back at once when it is given back, not when the garbage collector comes by: at
 * the end of a load there is much of it, and nothing that would call for the collector.
 */

interface Resizable {
  readonly resizable: boolean;
  resize(bytes: number): void;
}

/** Of ECMAScript 2024, and in Node 20. */
const ResizableBuffer = ArrayBuffer as unknown as new (
  bytes: number,
  options: { readonly maxByteLength: number },
) => ArrayBuffer & Resizable;

export function borrowMemory(bytes: number): Buffer {
  return Buffer.from(new ResizableBuffer(bytes, { maxByteLength: bytes }));
}

/** Of what was borrowed: there is nothing in it afterwards. Other memory is left to the collector. */
export function returnMemory({ buffer }: Buffer): void {
  const { resizable } = buffer as ArrayBuffer & Resizable;
  if (resizable) (buffer as ArrayBuffer & Resizable).resize(0);
}
