/** Pushdown through a replica: filters, projections, limits and partial aggregates, page by page. */
import { describe, expect, it } from "vitest";
import type { RowBatch, ScanPage, ScanRequest, Span } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { Datum, EvaluationContext, Expr, ScanOutput, ScanProgram } from "@firstlight/sql";
import {
  DEFAULT_FORMAT,
  encodeRow,
  mergePartials,
  procsByName,
  rowDecoder,
  scanProgramText,
  scanResultTypes,
} from "@firstlight/sql";
import { A, TestReplica, WHOLE, at, k } from "../testing/test-replica.ts";
import { ScanPrograms } from "./scan-programs.ts";

const INT4 = 23;
const TEXT = 25;
const INT8 = 20;
const TYPES = [INT4, TEXT];

const slot = (index: number): Expr => {
  return { kind: "slot", index, type: TYPES[index] ?? 0, typmod: -1, position: -1 };
};
const proc = (name: string, ...argTypes: number[]): number => {
  const found = procsByName(name).find((each) => String(each.argTypes) === String(argTypes));
  if (found === undefined) throw new Error(`no function ${name}`);
  return found.oid;
};

/** Rows (i, 'even' or 'odd'), i from 1 to 20; the later half is on disk, the earlier one is not. */
function replica(): TestReplica {
  const made = new TestReplica({ settings: { scanKeysMax: 7 } });
  const commit = (micros: number, from: number, to: number): void => {
    const mutations = [];
    for (let i = from; i <= to; i++) {
      const value = encodeRow(TYPES, [i, i % 2 === 0 ? "even" : "odd"]);
      mutations.push({ key: k(String.fromCharCode(i)), value, intent: "X" as const });
    }
    made.journal.transaction(A, at(micros), mutations);
  };
  commit(10, 11, 20);
  made.clock.advance(300_000);
  commit(20, 1, 10);
  return made;
}

function pagesOf(
  made: TestReplica,
  program: ScanProgram,
  more: Partial<ScanRequest> = {},
): ScanPage[] {
  const pages: ScanPage[] = [];
  for (let rest: Span | undefined = WHOLE; rest !== undefined; rest = pages.at(-1)?.rest) {
    const page = made.node.scan({
      snapshot: at(20),
      catalogVersion: undefined,
      span: rest,
      reverse: false,
      program: scanProgramText(program),
      pageBytes: 1 << 16,
      withKeys: false,
      format: "values",
      ...more,
    });
    if (isPromise(page)) throw new Error("the scan waits");
    pages.push(page);
  }
  return pages;
}

function valuesOf(batch: RowBatch): readonly (readonly Datum[])[] {
  if (batch.kind !== "values") throw new Error(batch.kind);
  return batch.rows as readonly (readonly Datum[])[];
}

const program = (output: ScanOutput, more: Partial<ScanProgram> = {}): ScanProgram => {
  return { columnTypes: TYPES, output, ...more };
};

const over15: Expr = {
  kind: "call",
  proc: proc("int4gt", INT4, INT4),
  args: [slot(0), { kind: "const", value: 15, type: INT4, typmod: -1, position: -1 }],
  display: "operator",
  operator: 0,
  type: 16,
  typmod: -1,
  position: -1,
};

const context: EvaluationContext = {
  params: [],
  execParams: [],
  format: DEFAULT_FORMAT,
  transactionTime: 0n,
  statementTime: 0n,
  clockTime: () => 0n,
  random: () => 0,
  randomBytes: (length) => new Uint8Array(length),
  session: undefined,
};

describe("a scan with a program", () => {
  it("filters and projects, with the keys of the rows that remain", () => {
    const made = replica();
    const found = program({ kind: "columns", columns: [1, 0] }, { filter: over15 });
    const pages = pagesOf(made, found, { withKeys: true });
    expect(pages.flatMap(({ batch }) => valuesOf(batch))).toEqual([
      ["even", 16],
      ["odd", 17],
      ["even", 18],
      ["odd", 19],
      ["even", 20],
    ]);
    expect(pages.flatMap(({ keys }) => keys ?? [])).toEqual(
      [16, 17, 18, 19, 20].map((i) => String.fromCharCode(i)),
    );
    expect(pages[0]).toMatchObject({ keys: [], batch: { rows: [] } });
    expect(pages.reduce((sum, { scanned = 0 }) => sum + scanned, 0)).toBe(20);
  });

  it("answers the same encoded", () => {
    const found = program({ kind: "columns", columns: [1] }, { filter: over15 });
    const decode = rowDecoder(scanResultTypes(found));
    const rows = pagesOf(replica(), found, { format: "encoded" }).flatMap(({ batch }) => {
      if (batch.kind !== "encoded") throw new Error(batch.kind);
      return batch.rows.map((row) => decode(row));
    });
    expect(rows).toEqual([["even"], ["odd"], ["even"], ["odd"], ["even"]]);
  });

  it("is complete at the program's limit; at the request's it goes on with the rest", () => {
    const limited = program({ kind: "columns", columns: [0] }, { limit: 3 });
    expect(pagesOf(replica(), limited).map(({ batch }) => valuesOf(batch))).toEqual([
      [[1], [2], [3]],
    ]);
    const pages = pagesOf(replica(), limited, { rowLimit: 2, reverse: true });
    expect(pages.map(({ batch }) => valuesOf(batch)).slice(0, 2)).toEqual([
      [[20], [19]],
      [[18], [17]],
    ]);
  });

  it("gives partial aggregates per page, which add up to those of the span", () => {
    const aggregates = [
      { proc: proc("count"), args: [], type: INT8 },
      { proc: proc("sum", INT4), args: [slot(0)], type: INT8 },
    ];
    const grouped = program({ kind: "aggregate", groupBy: [slot(1)], aggregates });
    const pages = pagesOf(replica(), grouped);
    expect(pages.length).toBe(3);
    const merger = mergePartials(grouped);
    for (const { batch } of pages) for (const row of valuesOf(batch)) merger.add([...row]);
    expect([...merger.results(context)]).toEqual([
      ["odd", 10n, 100n],
      ["even", 10n, 110n],
    ]);
  });
});

it("keeps no more compiled programs than its bound, the recently used ones", () => {
  const programs = new ScanPrograms(2);
  const use = (limit: number): void => {
    const text = scanProgramText(program({ kind: "columns", columns: [0] }, { limit }));
    programs.sinkFor({ program: text, format: "values" } as ScanRequest);
  };
  for (const limit of [1, 2, 1, 3, 1, 4]) use(limit);
  expect(programs.size).toBe(2);
});

describe("a page of a scan", () => {
  it("ends when it has held the event loop for its share, and loses no row", () => {
    const made = new TestReplica({ settings: { scanKeysMax: 1_000 } });
    const mutations = Array.from({ length: 200 }, (_, i) => ({
      key: k(String.fromCharCode(i + 1)),
      value: encodeRow(TYPES, [i, "row"]),
      intent: "X" as const,
    }));
    made.journal.transaction(A, at(20), mutations);
    let micros = 0;
    made.clock.monotonicMicros = () => (micros += 4_000);
    const pages = pagesOf(made, program({ kind: "columns", columns: [0] }));
    const sizes = pages.map(({ batch }) => valuesOf(batch).length);
    expect(sizes).toEqual([64, 64, 64, 8]);
    expect(pages.flatMap(({ batch }) => valuesOf(batch).map(([i]) => i))).toEqual(
      Array.from({ length: 200 }, (_, i) => i),
    );
  });
});
