/**
 * A transaction that counts what a statement reads and writes, in bytes. Nothing is pushed down to
 * storage meanwhile: rows that are filtered out there have been read as well.
 */
import type { Check, Key, MaybePromise, ScanPage, Span, Timestamp } from "@firstlight/common";
import { andThen } from "@firstlight/common";
import type { ScanOptions, Transaction, WriteKind } from "../../../transaction/transaction.ts";
import { ENTRY_BYTES_MIN } from "./dpu.ts";

export interface TransferredBytes {
  readBytes: number;
  writtenBytes: number;
}

export class MeasuredTransaction implements Transaction {
  readonly #inner: Transaction;
  readonly #bytes: TransferredBytes;

  constructor(inner: Transaction, bytes: TransferredBytes) {
    this.#inner = inner;
    this.#bytes = bytes;
  }

  get snapshot(): Timestamp {
    return this.#inner.snapshot;
  }

  get catalogVersion(): number {
    return this.#inner.catalogVersion;
  }

  get readOnly(): boolean {
    return this.#inner.readOnly;
  }

  read(keys: readonly Key[]): MaybePromise<readonly (Uint8Array | undefined)[]> {
    return andThen(this.#inner.read(keys), (values) => {
      for (const [at, key] of keys.entries()) {
        this.#bytes.readBytes += Math.max(ENTRY_BYTES_MIN, sizeOf(key, values[at]));
      }
      return values;
    });
  }

  scan(options: ScanOptions): MaybePromise<ScanPage> {
    return andThen(this.#inner.scan(options), (page) => {
      this.#bytes.readBytes += Math.max(ENTRY_BYTES_MIN, pageBytes(options.span, page));
      return page;
    });
  }

  /** Where it says so nothing is pushed down. */
  overlaps(_span: Span): boolean {
    return true;
  }

  put(key: Key, value: Uint8Array, kind: WriteKind): void {
    this.#inner.put(key, value, kind);
    this.#bytes.writtenBytes += Math.max(ENTRY_BYTES_MIN, sizeOf(key, value));
  }

  delete(key: Key): void {
    this.#inner.delete(key);
    this.#bytes.writtenBytes += ENTRY_BYTES_MIN;
  }

  check(check: Check): void {
    this.#inner.check(check);
  }

  dependsOn(table: number): void {
    this.#inner.dependsOn(table);
  }

  frozen(): Transaction {
    return new MeasuredTransaction(this.#inner.frozen(), this.#bytes);
  }

  release(): void {
    this.#inner.release?.();
  }

  changedSince(key: Key): boolean {
    return this.#inner.changedSince?.(key) ?? false;
  }

  mark(): number {
    return this.#inner.mark();
  }

  rollbackTo(mark: number): void {
    this.#inner.rollbackTo(mark);
  }
}

function sizeOf(key: Key, value: Uint8Array | undefined): number {
  return key.length + (value?.length ?? 0);
}

/** Keys are as long as where the span starts, at least. */
function pageBytes(span: Span, { batch }: ScanPage): number {
  if (batch.kind !== "raw") return 0;
  let bytes = 0;
  for (const value of batch.values) bytes += span.start.length + value.length;
  return bytes;
}
