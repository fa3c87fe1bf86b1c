/**
 * The data of one large object in pages of 2 KiB (inv_api.c). A page may be shorter than that or not be
 * there at all: what is missing before the end of the object reads as zeros.
 */
import type { Key } from "@firstlight/common";
import { SqlError } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import type { Transaction } from "../transaction/transaction.ts";
import { rowsOf } from "./rows-of.ts";
import type { TableStore } from "./table-store.ts";

const PAGE_BYTES = 2048;
export const LARGE_OBJECT_BYTES_MAX: number = 0x7fffffff * PAGE_BYTES;
/** MaxAllocSize, less the length of a bytea. */
const VALUE_BYTES_MAX = 0x3fffffff - 4;
const NOTHING = new Uint8Array(0);

function bytesOf(value: Datum | undefined): Uint8Array {
  return value instanceof Uint8Array ? value : NOTHING;
}

function pageNumber(row: Row | undefined): number {
  return Number(row?.[1] ?? 0);
}

export class ObjectPages {
  readonly #store: TableStore;
  readonly #oid: number;

  constructor(store: TableStore, oid: number) {
    this.#store = store;
    this.#oid = oid;
  }

  #key(page: number): Key {
    return this.#store.key([this.#oid, page]);
  }

  /** Of the pages from `first` on. */
  #rows(reads: Transaction, first: number, last: number): AsyncGenerator<Row> {
    const { end } = this.#store.under([this.#oid, last]);
    return rowsOf(this.#store, reads, { start: this.#key(first), end });
  }

  /** Where its last page ends. */
  async size(reads: Transaction): Promise<number> {
    const span = this.#store.under([this.#oid]);
    const rows = rowsOf(this.#store, reads, span, { reverse: true, rowLimit: 1 });
    for await (const row of rows) return pageNumber(row) * PAGE_BYTES + bytesOf(row[2]).length;
    return 0;
  }

  /** As many bytes as there are; undefined `length`: all of them. */
  async read(reads: Transaction, offset: number, length?: number): Promise<Uint8Array> {
    const available = Math.max(0, (await this.size(reads)) - offset);
    const wanted = Math.min(length ?? available, available);
    if (wanted > VALUE_BYTES_MAX) {
      throw new SqlError("54000", "large object read request is too large");
    }
    if (wanted <= 0) return NOTHING;
    const result = new Uint8Array(wanted);
    const end = offset + wanted;
    const first = Math.floor(offset / PAGE_BYTES);
    for await (const row of this.#rows(reads, first, Math.floor((end - 1) / PAGE_BYTES))) {
      const from = pageNumber(row) * PAGE_BYTES;
      const data = bytesOf(row[2]);
      const skipped = Math.max(0, offset - from);
      const part = data.subarray(skipped, Math.max(skipped, end - from));
      result.set(part, from + skipped - offset);
    }
    return result;
  }

  /** Pages that are not written from their first byte to their last are read BEFORE. */
  async write(transaction: Transaction, offset: number, bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    const end = offset + bytes.length;
    if (end > LARGE_OBJECT_BYTES_MAX) {
      throw new SqlError("22023", `invalid large object write request size: ${bytes.length}`);
    }
    const first = Math.floor(offset / PAGE_BYTES);
    const last = Math.floor((end - 1) / PAGE_BYTES);
    const isPart = (page: number): boolean =>
      page * PAGE_BYTES < offset || (page + 1) * PAGE_BYTES > end;
    const parts = (first === last ? [first] : [first, last]).filter(isPart);
    const old = await this.#read(transaction, parts);
    for (let page = first; page <= last; page++) {
      const from = page * PAGE_BYTES;
      const part = bytes.subarray(Math.max(0, from - offset), from + PAGE_BYTES - offset);
      const before = old[parts.indexOf(page)];
      this.#put(transaction, page, merged(before, Math.max(0, offset - from), part));
    }
  }

  async #read(transaction: Transaction, pages: readonly number[]): Promise<readonly Uint8Array[]> {
    if (pages.length === 0) return [];
    const values = await transaction.read(pages.map((page) => this.#key(page)));
    return values.map((value) =>
      value === undefined ? NOTHING : bytesOf(this.#store.decode(value)[2]),
    );
  }

  #put(transaction: Transaction, page: number, data: Uint8Array): void {
    const value = this.#store.encode([this.#oid, page, data]);
    transaction.put(this.#key(page), value, "replace");
  }

  /** The page where it ends from now on is there, be it empty. */
  async truncate(transaction: Transaction, length: number): Promise<void> {
    const page = Math.floor(length / PAGE_BYTES);
    const [old = NOTHING] = await this.#read(transaction, [page]);
    const data = new Uint8Array(length % PAGE_BYTES);
    data.set(old.subarray(0, data.length));
    await this.#removeFrom(transaction, page + 1);
    this.#put(transaction, page, data);
  }

  async remove(transaction: Transaction): Promise<void> {
    await this.#removeFrom(transaction, 0);
  }

  async #removeFrom(transaction: Transaction, first: number): Promise<void> {
    const { end } = this.#store.under([this.#oid]);
    const span = { start: this.#key(first), end };
    const found: number[] = [];
    for await (const row of rowsOf(this.#store, transaction, span)) found.push(pageNumber(row));
    for (const page of found) transaction.delete(this.#key(page));
  }
}

/** A page with bytes written over it; before them there are zeros where it was shorter. */
function merged(old: Uint8Array | undefined, at: number, bytes: Uint8Array): Uint8Array {
  if (at === 0 && (old === undefined || old.length <= bytes.length)) return bytes;
  const page = new Uint8Array(Math.max(old?.length ?? 0, at + bytes.length));
  if (old !== undefined) page.set(old);
  page.set(bytes, at);
  return page;
}
