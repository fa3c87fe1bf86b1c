/**
 * A message as the parts that it lies in: megabytes of one field are not copied to stand behind its
 * header. A copy of 100 MB, into memory that is touched for the first time, may hold a process for
 * long enough to be taken for dead.
 */
import protobuf from "protobufjs";

/** Shorter fields are copied. */
const OWN_SEGMENT_BYTES = 1 << 16;

/** What protobufjs's writer keeps of each value: a list that `finish` goes through. */
interface Operation {
  readonly fn: (value: unknown, bytes: Uint8Array, at: number) => void;
  readonly len: number;
  readonly next: Operation | undefined;
  readonly val: unknown;
}

/** In order; what they are views of must not change until all of it is taken. */
export class Segments {
  readonly length: number;
  readonly #parts: readonly Uint8Array[];
  #part = 0;
  #at = 0;

  constructor(parts: readonly Uint8Array[]) {
    this.#parts = parts;
    this.length = parts.reduce((bytes, part) => bytes + part.length, 0);
  }

  /** The next `bytes`, or what is left: a view where they lie together. */
  take(bytes: number): Uint8Array {
    const views: Uint8Array[] = [];
    for (let left = bytes; left > 0; left -= views.at(-1)?.length ?? 0) {
      const part = this.#parts[this.#part];
      if (part === undefined) break;
      views.push(part.subarray(this.#at, this.#at + left));
      this.#at += left;
      if (this.#at < part.length) break;
      this.#part++;
      this.#at = 0;
    }
    const [first] = views;
    return views.length === 1 && first !== undefined ? first : Buffer.concat(views);
  }
}

/** A writer of protobufjs that does not put together what it was given. */
export class SegmentWriter extends protobuf.BufferWriter {
  segments(): Segments {
    const parts: Uint8Array[] = [];
    let small: Operation[] = [];
    const head = this.head as Operation;
    for (
      let operation = head.next;
      operation !== undefined;
      operation = operation.next ?? undefined
    ) {
      if (operation.len < OWN_SEGMENT_BYTES || !(operation.val instanceof Uint8Array)) {
        small.push(operation);
        continue;
      }
      parts.push(together(small), operation.val);
      small = [];
    }
    return new Segments([...parts, together(small)]);
  }
}

function together(operations: readonly Operation[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(operations.reduce((sum, { len }) => sum + len, 0));
  let at = 0;
  for (const { fn, val, len } of operations) {
    fn(val, bytes, at);
    at += len;
  }
  return bytes;
}
