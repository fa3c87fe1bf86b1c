/**
 * Writes that part of a statement has put off and reads itself: they lie over the transaction, and
 * nobody else sees them until they are replayed into it.
 */
import type { Key, MaybePromise, Span, Timestamp } from "@firstlight/common";
import { InvariantError, isPromise } from "@firstlight/common";
import type { Transaction, WriteKind } from "../transaction/transaction.ts";

type Found = readonly (Uint8Array | undefined)[];

interface Write {
  readonly key: Key;
  /** Undefined: a deletion. */
  readonly value: Uint8Array | undefined;
  readonly kind: WriteKind;
}

export class OverlaidTransaction implements Transaction {
  readonly #base: Transaction;
  readonly #values = new Map<Key, Uint8Array | undefined>();
  #writes: Write[] = [];

  constructor(base: Transaction) {
    this.#base = base;
  }

  get snapshot(): Timestamp {
    return this.#base.snapshot;
  }

  get catalogVersion(): number {
    return this.#base.catalogVersion;
  }

  get readOnly(): boolean {
    return this.#base.readOnly;
  }

  read(keys: readonly Key[]): MaybePromise<Found> {
    const found = this.#base.read(keys);
    return isPromise(found)
      ? found.then((values) => this.#over(keys, values))
      : this.#over(keys, found);
  }

  #over(keys: readonly Key[], values: Found): Found {
    return keys.map((key, at) => (this.#values.has(key) ? this.#values.get(key) : values[at]));
  }

  scan(): never {
    throw new InvariantError("writes that were put off are read by key");
  }

  overlaps(span: Span): boolean {
    return this.#base.overlaps(span);
  }

  put(key: Key, value: Uint8Array, kind: WriteKind): void {
    this.#values.set(key, value);
    this.#writes.push({ key, value, kind });
  }

  delete(key: Key): void {
    this.#values.set(key, undefined);
    this.#writes.push({ key, value: undefined, kind: "replace" });
  }

  check(check: Parameters<Transaction["check"]>[0]): void {
    this.#base.check(check);
  }

  dependsOn(table: number): void {
    this.#base.dependsOn(table);
  }

  frozen(): never {
    throw new InvariantError("writes that were put off are read by key");
  }

  mark(): never {
    throw new InvariantError("writes that were put off have no marks");
  }

  rollbackTo(): never {
    throw new InvariantError("writes that were put off have no marks");
  }

  /** Makes the writes so far in the transaction below, in their order. */
  replay(): void {
    const writes = this.#writes;
    this.#writes = [];
    for (const { key, value, kind } of writes) {
      if (value === undefined) this.#base.delete(key);
      else this.#base.put(key, value, kind);
    }
  }
}
