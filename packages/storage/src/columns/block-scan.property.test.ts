/** Scans out of column blocks answer as scans of rows do, at any snapshot, while writes go on. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Span } from "@firstlight/common";
import { isPromise, keyAfter } from "@firstlight/common";
import type { Datum, ScanOutput } from "@firstlight/sql";
import { encodeRow, makeNumeric, scanProgramText } from "@firstlight/sql";
import { A, TestReplica, WHOLE, at, k } from "../testing/test-replica.ts";

const INT4 = 23;
const NUMERIC = 1700;
const TEXT = 25;
const TYPES = [INT4, NUMERIC, TEXT];

const OUTPUTS: readonly ScanOutput[] = [
  { kind: "columns", columns: [2, 0] },
  { kind: "columns", columns: [1] },
  { kind: "columns", columns: [] },
];

interface Write {
  readonly key: string;
  readonly row: readonly Datum[] | undefined;
}

const nullable = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(value, { nil: null, freq: 5 });

const write: fc.Arbitrary<Write> = fc.record({
  key: fc.integer({ min: 97, max: 122 }).map((code) => String.fromCharCode(code)),
  row: fc.option(
    fc.tuple(
      nullable(fc.integer({ min: -9, max: 9 })),
      nullable(fc.bigInt({ min: -99n, max: 99n }).map((value) => makeNumeric(value, 2))),
      nullable(fc.constantFrom("x", "yy", "")),
    ),
    { nil: undefined, freq: 4 },
  ),
});

const transactions = fc.array(
  fc.record({
    writes: fc.uniqueArray(write, { selector: ({ key }) => key, minLength: 1, maxLength: 12 }),
    /** Whether the versions reach the disk before the scans. */
    flush: fc.boolean(),
    snapshotBack: fc.integer({ min: 0, max: 3 }),
    output: fc.constantFrom(...OUTPUTS),
    /** Where a scan begins that goes on in the middle of a table. */
    from: fc.option(fc.constantFrom("a", "c", "g", "m", "t", "z"), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 14 },
);

function rowsAt(
  replica: TestReplica,
  micros: number,
  output: ScanOutput,
  from: string | undefined,
): unknown[] {
  const rows: unknown[] = [];
  const start = from === undefined ? WHOLE.start : keyAfter(k(from));
  for (let rest: Span | undefined = { ...WHOLE, start }; rest !== undefined;) {
    const page = replica.node.scan({
      snapshot: at(micros),
      catalogVersion: undefined,
      span: rest,
      reverse: false,
      program: scanProgramText({ columnTypes: TYPES, output }),
      pageBytes: 1 << 16,
      withKeys: false,
      format: "values",
    });
    if (isPromise(page) || page.batch.kind !== "values") throw new Error("no page of values");
    rows.push(...page.batch.rows);
    rest = page.rest;
  }
  return rows;
}

it("blocks answer as rows do", () => {
  fc.assert(
    fc.property(transactions, (steps) => {
      const settings = { columnBlockKeys: 4, columnPageKeys: 8, scanKeysMax: 5 };
      const blocks = new TestReplica({ settings: { ...settings, columnCacheBytes: 6_000 } });
      const rows = new TestReplica({ settings: { ...settings, columnCacheBytes: 0 } });
      for (const [step, { writes, flush, snapshotBack, output, from }] of steps.entries()) {
        const micros = (step + 1) * 10;
        for (const { journal, clock } of [blocks, rows]) {
          const mutations = writes.map(({ key, row }) => ({
            key: k(key),
            value: row === undefined ? undefined : encodeRow(TYPES, row),
            intent: "X" as const,
          }));
          journal.transaction(A, at(micros), mutations);
          if (flush) clock.advance(300_000);
        }
        const snapshot = Math.max(0, micros - snapshotBack * 10);
        const found = rowsAt(blocks, snapshot, output, from);
        expect(found).toEqual(rowsAt(rows, snapshot, output, from));
      }
    }),
    { numRuns: 400 },
  );
});
