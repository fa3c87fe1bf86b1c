/** Takes note of the changes of one table's rows that foreign keys have to know of. */
import type { Key } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import type { TableDescriptor } from "../../catalog/descriptors.ts";
import type { IndexLayout } from "../../plan/table-layout.ts";
import type { Reference } from "../../catalog/foreign-keys.ts";
import { childValues, parentValues } from "./foreign-key-columns.ts";
import type { ReferenceQueue } from "./reference-queue.ts";
import { mixedNulls } from "./violations.ts";

const isNull = (value: Datum): boolean => value === null;

/** Equal as stored: a value that compares equal but reads otherwise, as -0, is a change all the same. */
function sameValues(a: readonly Datum[], b: readonly Datum[]): boolean {
  return a.every((value, at) => Object.is(value, b[at]));
}

/** A row as it was, with its key, and as it is. */
interface ChangedRow {
  readonly key: Key;
  readonly before: Row;
  readonly after: Row;
}

/** What of one table has to be known. */
export interface References {
  /** Its foreign keys. */
  readonly own: readonly Reference[];
  /** Foreign keys that refer to it. */
  readonly others: readonly Reference[];
  /** Indexes of its deferrable unique constraints. */
  readonly later: readonly IndexLayout[];
}

export class TableReferences {
  readonly #queue: ReferenceQueue;
  readonly #table: TableDescriptor;
  readonly #own: readonly Reference[];
  readonly #others: readonly Reference[];
  readonly #later: readonly IndexLayout[];

  constructor(queue: ReferenceQueue, table: TableDescriptor, { own, others, later }: References) {
    this.#queue = queue;
    this.#table = table;
    this.#own = own;
    this.#others = others;
    this.#later = later;
  }

  inserted(rowKey: Key, row: Row): void {
    for (const reference of this.#own) this.#needsParent(reference, rowKey, row);
    for (const index of this.#later) {
      const key = index.laterKey(row);
      if (key !== undefined) this.#queue.keyWritten(this.#table, index, key, row);
    }
  }

  #keysChanged(before: Row, after: Row): void {
    for (const index of this.#later) {
      const key = index.laterKey(after);
      if (key === undefined || key === index.laterKey(before)) continue;
      this.#queue.keyWritten(this.#table, index, key, after);
    }
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
    if (this.#later.length > 0) this.#keysChanged(before, after);
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
