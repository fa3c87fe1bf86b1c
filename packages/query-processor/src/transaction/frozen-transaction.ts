/**
 * A transaction that reads as of one moment: what is written later is not seen. Whoever writes
 * does so in the transaction below, where everybody else sees it.
 */
import type { Check, Key, MaybePromise, ScanPage, Span, Timestamp } from "@firstlight/common";
import { InvariantError } from "@firstlight/common";
import type { FrozenWrites } from "./frozen-writes.ts";
import type { KvTransaction } from "./kv-transaction.ts";
import type { ScanOptions, Transaction } from "./transaction.ts";

export class FrozenTransaction implements Transaction {
  readonly #base: KvTransaction;
  readonly #writes: FrozenWrites;

  constructor(base: KvTransaction, writes: FrozenWrites = base.writes.frozen()) {
    this.#base = base;
    this.#writes = writes;
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

  read(keys: readonly Key[]): MaybePromise<readonly (Uint8Array | undefined)[]> {
    return this.#base.read(keys, this.#writes);
  }

  scan(options: ScanOptions): MaybePromise<ScanPage> {
    return this.#base.scan(options, this.#writes);
  }

  overlaps(span: Span): boolean {
    return this.#base.overlaps(span, this.#writes);
  }

  put(): never {
    throw new InvariantError("a frozen transaction is only read");
  }

  delete(): never {
    throw new InvariantError("a frozen transaction is only read");
  }

  check(check: Check): void {
    this.#base.check(check);
  }

  dependsOn(table: number): void {
    this.#base.dependsOn(table);
  }

  /** Nothing that is done through it changes what it reads. */
  frozen(): Transaction {
    return this;
  }

  changedSince(key: Key): boolean {
    return this.#writes.differsAt(key);
  }

  release(): void {
    this.#writes.release();
  }

  mark(): never {
    throw new InvariantError("a frozen transaction is only read");
  }

  rollbackTo(): never {
    throw new InvariantError("a frozen transaction is only read");
  }
}
