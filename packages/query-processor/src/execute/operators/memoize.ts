/**
 * What the inner side of a nested loop yielded, by the values of the outer row that it depends on
 * (Memoize): the least recently used is given up where memory is short. Where the plan has a form for
 * many outer rows at once, it learns from that before their turn.
 */
import type { MaybePromise } from "@firstlight/common";
import { isPromise } from "@firstlight/common";
import type { EvaluationContext, Row } from "@firstlight/sql";
import { compileExpr } from "@firstlight/sql";
import type { MemoizeNode } from "../../plan/plan-node.ts";
import type { MapKey } from "../hash-key.ts";
import { imageKey, keyBytes } from "../hash-key.ts";
import { MemoryShare, rowBytes } from "../memory-account.ts";
import type { Opener, Operator, OperatorReport, Run } from "../operator.ts";
import type { CompiledBatch } from "./subplan-batch.ts";
import { SubplanBatchRun } from "./subplan-batch.ts";

/** Of the memory limit. */
const MEMO_PART = 4;

export interface CompiledMemo {
  readonly node: MemoizeNode;
  readonly open: Opener;
  readonly key: (left: Row, context: EvaluationContext) => MapKey;
  readonly batch: CompiledBatch | undefined;
}

export function compileMemo(
  node: MemoizeNode,
  compile: (plan: MemoizeNode["child"]) => Opener,
): CompiledMemo {
  const { batch } = node;
  return {
    node,
    open: compile(node.child),
    key: imageKey(node.keys),
    batch: batch && {
      batch,
      open: compile(batch.plan),
      values: batch.values.map((expr) => compileExpr(expr)),
      limit: batch.limit === undefined ? undefined : compileExpr(batch.limit),
    },
  };
}

/** Rows of the outer side that are prepared together: those that they find have to be kept. */
export function preparedRowsMax({ node }: CompiledMemo, run: Run): number {
  const { rows, width } = node.estimate;
  return Math.floor(run.memory.limitBytes / MEMO_PART / 2 / (rows * (width + 64)));
}

export class Memo {
  readonly #run: Run;
  readonly #compiled: CompiledMemo;
  readonly #memory: MemoryShare;
  readonly #entries = new Map<MapKey, readonly Row[]>();
  /** Keys without rows, where an aggregate has a value for that. */
  readonly #withoutRows = new Set<MapKey>();
  #rowsOfNothing: readonly Row[] | undefined;
  readonly #batch: SubplanBatchRun | undefined;
  readonly #bytesMax: number;
  readonly report: OperatorReport & { readonly kind: "memo" };

  constructor(run: Run, compiled: CompiledMemo) {
    this.#run = run;
    this.#compiled = compiled;
    this.#memory = new MemoryShare(run.memory);
    this.#bytesMax = run.memory.limitBytes / MEMO_PART;
    const { batch } = compiled;
    this.#batch = batch && new SubplanBatchRun(run, batch, Infinity);
    this.report = { kind: "memo", hits: 0, misses: 0, evictions: 0, overflows: 0, memoryBytes: 0 };
  }

  free(): void {
    this.#entries.clear();
    this.#withoutRows.clear();
    this.#memory.release();
  }

  /** The rows for this left row are about to be asked for. */
  prepare(rows: readonly Row[]): MaybePromise<void> {
    if (this.#batch === undefined || this.#batch.hasFailed) return undefined;
    const wanted = this.#unknown(rows);
    if (wanted.size < this.#compiled.node.batchLeast) return undefined;
    return this.#batch.fetch(wanted, (key, found) => this.#learn(key, found));
  }

  /** One row for each key that is not known. */
  #unknown(rows: readonly Row[]): Map<MapKey, Row> {
    const { evaluation } = this.#run;
    const wanted = new Map<MapKey, Row>();
    for (const row of rows) {
      const key = this.#compiled.key(row, evaluation);
      if (!this.#entries.has(key) && !this.#withoutRows.has(key)) wanted.set(key, row);
    }
    return wanted;
  }

  #learn(key: MapKey, found: readonly Row[] | undefined): void {
    if (found !== undefined) {
      // The number of the outer row is behind the columns.
      this.#keep(
        key,
        found.map((row) => row.slice(0, -1)),
      );
    } else if (this.#compiled.batch?.batch.empty === "constant") {
      this.#memory.take(keyBytes(key));
      this.#withoutRows.add(key);
    }
  }

  keyOf(left: Row): MapKey {
    return this.#compiled.key(left, this.#run.evaluation);
  }

  rowsOf(key: MapKey): readonly Row[] | undefined {
    const { report } = this;
    const known =
      this.#entries.get(key) ?? (this.#withoutRows.has(key) ? this.#rowsOfNothing : undefined);
    if (known === undefined) {
      report.misses++;
      return undefined;
    }
    report.hits++;
    if (report.evictions > 0 && this.#entries.delete(key)) this.#entries.set(key, known);
    return known;
  }

  /** Runs the plan for the parameters that are set; what it yields to its end is kept. */
  open(key: MapKey): Operator {
    return new Recorder(this.#compiled.open(this.#run), (rows) => {
      if (this.#withoutRows.has(key)) this.#rowsOfNothing = rows;
      else this.#keep(key, rows);
    });
  }

  #keep(key: MapKey, rows: readonly Row[]): void {
    const { report } = this;
    const bytes = entryBytes(key, rows);
    if (bytes > this.#bytesMax) {
      report.overflows++;
      return;
    }
    for (const [oldest, kept] of this.#entries) {
      if (this.#memory.heldBytes + bytes <= this.#bytesMax) break;
      this.#entries.delete(oldest);
      this.#memory.give(entryBytes(oldest, kept));
      report.evictions++;
    }
    this.#memory.take(bytes);
    this.#entries.set(key, rows);
    report.memoryBytes = Math.max(report.memoryBytes, this.#memory.heldBytes);
  }
}

function entryBytes(key: MapKey, rows: readonly Row[]): number {
  let bytes = keyBytes(key);
  for (const row of rows) bytes += rowBytes(row);
  return bytes;
}

/** Tells of all rows once there are no more. */
class Recorder implements Operator {
  readonly #child: Operator;
  readonly #keep: (rows: readonly Row[]) => void;
  #rows: Row[] | undefined = [];

  constructor(child: Operator, keep: (rows: readonly Row[]) => void) {
    this.#child = child;
    this.#keep = keep;
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    const rows = this.#child.next(maxRows);
    return isPromise(rows) ? rows.then((each) => this.#took(each)) : this.#took(rows);
  }

  #took(rows: readonly Row[] | undefined): readonly Row[] | undefined {
    if (rows !== undefined) for (const row of rows) this.#rows?.push(row);
    else if (this.#rows !== undefined) {
      this.#keep(this.#rows);
      this.#rows = undefined;
    }
    return rows;
  }

  close(): void {
    this.#child.close();
  }
}

/** Rows that are there. */
export class KnownRows implements Operator {
  readonly #rows: readonly Row[];
  #at = 0;

  constructor(rows: readonly Row[]) {
    this.#rows = rows;
  }

  next(maxRows: number): readonly Row[] | undefined {
    const from = this.#at;
    if (from >= this.#rows.length) return undefined;
    this.#at = from + maxRows;
    return this.#rows.slice(from, this.#at);
  }

  close(): void {
    this.#at = this.#rows.length;
  }
}

/** For EXPLAIN ANALYZE. */
export function reporting(operator: Operator, report: OperatorReport): Operator {
  return {
    next: (maxRows) => operator.next(maxRows),
    close: () => operator.close(),
    report: () => report,
  };
}
