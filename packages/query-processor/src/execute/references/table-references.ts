/** Takes note of the changes of one table's rows that foreign keys have to know of. */
import type { Key } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import type { Reference } from "../../catalog/foreign-keys.ts";
import { childValues, parentValues } from "./foreign-key-columns.ts";
import type { ReferenceQueue } from "./reference-queue.ts";
import { mixedNulls } from "./violations.ts";

const isNull = (value: Datum): boolean => value === null;

/** Equal as stored: a value that compares equal but reads otherwise is a change all the same. */
function sameValues(a: readonly Datum[], b: readonly Datum[]): boolean {
  return a.every((value, at) => value === b[at]);
}

/** A row as it was, with its key, and as it is. */
interface ChangedRow {
  readonly key: Key;
  readonly before: Row;
  readonly after: Row;
}

export class TableReferences {
  readonly #queue: ReferenceQueue;
  readonly #own: readonly Reference[];
  readonly #others: readonly Reference[];

  constructor(queue: ReferenceQueue, own: readonly Reference[], others: readonly Reference[]) {
    this.#queue = queue;
    this.#own = own;
    this.#others = others;
  }

  inserted(rowKey: Key, row: Row): void {
    for (const reference of this.#own) this.#needsParent(reference, rowKey, row);
  }

  deleted(row: Row): void {
    for (const reference of this.#others) {
      const old = parentValues(reference.key, row);
      if (!old.some(isNull)) this.#queue.parentChanged({ reference, old, next: undefined });
    }
  }

  /**
   * A row that moves takes the check of an earlier statement along, which looks for the row where it
   * was.
   */
  updated(row: ChangedRow, rowKey: Key): void {
    const { before, after } = row;
    for (const reference of this.#own) {
      const { key } = reference;
      const moves = key.deferrable && rowKey !== row.key;
      if (moves || !sameValues(childValues(key, before), childValues(key, after))) {
        this.#needsParent(reference, rowKey, after);
      }
    }
    for (const reference of this.#others) {
      const old = parentValues(reference.key, before);
      const next = parentValues(reference.key, after);
      if (old.some(isNull) || sameValues(old, next)) continue;
      this.#queue.parentChanged({ reference, old, next });
    }
  }

  #needsParent(reference: Reference, rowKey: Key, row: Row): void {
    const values = childValues(reference.key, row);
    if (values.some(isNull)) {
      if (reference.key.match === "simple" || values.every(isNull)) return;
      throw mixedNulls(this.#queue.context, reference);
    }
    this.#queue.childWritten(reference, rowKey, values);
  }
}
