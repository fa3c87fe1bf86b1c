/** Rows written as bytes leave what rows written by their values leave, or nothing. */
import fc from "fast-check";
import type { Key, MaybePromise, Span } from "@firstlight/common";
import { SqlError } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import { StoredRows, encodeRow, locateColumns, makeNumeric, oids } from "@firstlight/sql";
import { expect, it } from "vitest";
import { testTable } from "../bind/testing/test-catalog.ts";
import type { IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { RowIdSource } from "../plan/row-id.ts";
import { tableLayout } from "../plan/table-layout.ts";
import type { PackedBatch } from "../transaction/packed-batch.ts";
import type { BatchTransaction } from "../transaction/transaction.ts";
import { WriteSet } from "../transaction/write-set.ts";
import { RowWriter } from "./row-writer.ts";
import { StoredRowWriter } from "./stored-row-writer.ts";
import { MemoryTransaction } from "./testing/memory-transaction.ts";

const TYPES = [oids.INT4, oids.TEXT, oids.INT8, oids.NUMERIC, oids.BPCHAR];

interface Given {
  readonly columns: readonly number[];
  readonly unique: boolean;
  readonly nullsDistinct: boolean;
  readonly descending: boolean;
  readonly include: readonly number[];
}

const index: fc.Arbitrary<Given> = fc.record({
  columns: fc.uniqueArray(fc.integer({ min: 1, max: TYPES.length }), {
    minLength: 1,
    maxLength: 3,
  }),
  unique: fc.boolean(),
  nullsDistinct: fc.boolean(),
  descending: fc.boolean(),
  include: fc.constantFrom([], [2], [4, 1]),
});

function tableOf(hasPrimary: boolean, indexes: readonly Given[]): TableDescriptor {
  const table = testTable({
    oid: 1_000,
    name: "t",
    columns: TYPES.map((type, at) => ({ name: `c${at}`, type })),
    ...(hasPrimary ? { primary: [1] } : {}),
  });
  const secondary = indexes.map((given, at): IndexDescriptor => {
    const { columns, unique, nullsDistinct, descending, include } = given;
    return {
      oid: 2_000 + at,
      name: `i${at}`,
      number: at + 1,
      unique,
      nullsDistinct,
      primary: false,
      columns: columns.map((column) => ({ column, descending, nullsFirst: !descending })),
      include,
    };
  });
  return { ...table, indexes: [...table.indexes, ...secondary] };
}

function orNull(values: fc.Arbitrary<Datum>): fc.Arbitrary<Datum> {
  return fc.option(values, { freq: 5 });
}

const row: fc.Arbitrary<Row> = fc.tuple(
  fc.integer({ min: -40, max: 40 }),
  orNull(fc.constantFrom("", "a", "b", "é")),
  orNull(fc.bigInt({ min: -3n, max: 30n })),
  orNull(fc.bigInt({ min: -20n, max: 20n }).map((n) => makeNumeric(n, 1))),
  orNull(fc.constantFrom("x  ", "y  ")),
);

const rowsInOrder = fc
  .tuple(fc.array(row, { maxLength: 8 }), fc.boolean())
  .map(([rows, isSorted]) =>
    isSorted ? rows.toSorted((a, b) => Number(a[0]) - Number(b[0])) : rows,
  );

class MemoryBatches extends MemoryTransaction implements BatchTransaction {
  isUnstored(span: Span): MaybePromise<boolean> {
    const page = this.scan({ span, reverse: false, withKeys: true }) as { keys?: readonly Key[] };
    return page.keys?.length === 0;
  }

  isPast(): boolean {
    return true;
  }

  hasWritten(): boolean {
    return false;
  }

  insertBatch(batch: PackedBatch): void {
    const writes = new WriteSet(3);
    writes.insertBatch(batch);
    for (const { key, value } of writes.mutations()) {
      this.put(key, value ?? new Uint8Array(), "insert");
    }
  }
}

function rowIds(): RowIdSource {
  return new RowIdSource({ clockTime: () => 0n, randomBytes: (count) => new Uint8Array(count) });
}

function storedRows(rows: readonly Row[]): StoredRows {
  const stored = new StoredRows(TYPES.length);
  for (const values of rows) {
    const bytes = encodeRow(TYPES, values);
    const bounds = new Int32Array(2 * TYPES.length);
    locateColumns(bytes, TYPES.length, bounds);
    stored.begin(bytes.length);
    stored.end = stored.startOf(stored.length - 1);
    bytes.copy(stored.bytes, stored.end);
    stored.end += bytes.length;
  }
  return stored;
}

const plain = (entries: Map<Key, Uint8Array>): unknown =>
  [...entries]
    .map(([key, value]) => `${key} ${Buffer.from(value).toString("hex")}`)
    .toSorted((a, b) => (a < b ? -1 : 1));

it("I3: batches of rows as bytes take the keys that their values take, and refuse the same", () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.array(index, { maxLength: 3 }),
      fc.array(rowsInOrder, { maxLength: 4 }),
      (hasPrimary, indexes, batches) => {
        const table = tableOf(hasPrimary, indexes);
        const layout = tableLayout(table);
        const [byValues, byBytes] = [new Map<Key, Uint8Array>(), new Map<Key, Uint8Array>()];
        const evaluation = { clockTime: () => 0n, randomBytes: (n: number) => new Uint8Array(n) };
        const judge = { layout, schema: "public", checks: [], evaluation: evaluation as never };
        const values = new RowWriter({
          transaction: new MemoryTransaction(byValues),
          references: undefined,
          ...judge,
        });
        const bytes = new StoredRowWriter({
          transaction: new MemoryBatches(byBytes),
          layout,
          rowIds: rowIds(),
          activity: undefined,
        });
        for (const rows of batches) {
          let isRefused = false;
          try {
            void values.insert(rows);
          } catch (error) {
            if (!(error instanceof SqlError)) throw error;
            isRefused = true;
          }
          const before = plain(byBytes);
          const done = bytes.insert(storedRows(rows), 0, rows.length);
          expect(done).toBe(!isRefused);
          expect(plain(byBytes)).toEqual(isRefused ? before : plain(byValues));
          // What is refused ends the transaction.
          if (isRefused) break;
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
