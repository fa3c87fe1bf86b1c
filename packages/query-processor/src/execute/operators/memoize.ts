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

/** Of a key without rows, where an aggregate has a value for that: the same for all of them. */
const NOTHING: readonly Row[] = [];

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
      if (!this.#entries.has(key)) wanted.set(key, row);
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
    } else if (this.#compiled.batch?.batch.empty === "constant") this.#keep(key, NOTHING);
  }

  keyOf(left: Row): MapKey {
    return this.#compiled.key(left, this.#run.evaluation);
  }

  rowsOf(key: MapKey): readonly Row[] | undefined {
    const { report } = this;
    const kept = this.#entries.get(key);
    const known = kept === NOTHING ? this.#rowsOfNothing : kept;
    if (known === undefined) {
      report.misses++;
      return undefined;
    }
    report.hits++;
    if (kept !== undefined && report.evictions > 0) {
      this.#entries.delete(key);
      this.#entries.set(key, kept);
    }
    return known;
  }

  /** Runs the plan for the parameters that are set; what it yields to its end is kept. */
  open(key: MapKey): Operator {
    const keep = (rows: readonly Row[] | undefined): void => {
      if (rows === undefined) this.report.overflows++;
      else if (this.#entries.get(key) === NOTHING) this.#rowsOfNothing = rows;
      else this.#keep(key, rows);
    };
    return new Recorder(this.#compiled.open(this.#run), this.#bytesMax, keep);
  }

  #keep(key: MapKey, rows: readonly Row[]): void {
    const { report } = this;
    const bytes = entryBytes(key, rows);
    if (!this.#makesRoom(bytes)) {
      report.overflows++;
      return;
    }
    this.#memory.take(bytes);
    this.#entries.set(key, rows);
    report.memoryBytes = Math.max(report.memoryBytes, this.#memory.heldBytes);
  }

  /** Whether there is any: what others hold is not to be refused for the sake of a memo. */
  #makesRoom(bytes: number): boolean {
    const { limitBytes } = this.#run.memory;
    const isFree = (): boolean =>
      this.#memory.heldBytes + bytes <= this.#bytesMax &&
      this.#run.memory.heldBytes + bytes <= limitBytes;
    for (const [oldest, kept] of this.#entries) {
      if (isFree()) return true;
      this.#entries.delete(oldest);
      this.#memory.give(entryBytes(oldest, kept));
      this.report.evictions++;
    }
    return isFree();
  }
}

function entryBytes(key: MapKey, rows: readonly Row[]): number {
  let bytes = keyBytes(key);
  for (const row of rows) bytes += rowBytes(row);
  return bytes;
}

/** Tells of all rows once there are no more, of none when they become too many to be kept. */
class Recorder implements Operator {
  readonly #child: Operator;
  readonly #keep: (rows: readonly Row[] | undefined) => void;
  #room: number;
  #rows: Row[] | undefined = [];

  constructor(child: Operator, room: number, keep: (rows: readonly Row[] | undefined) => void) {
    this.#child = child;
    this.#room = room;
    this.#keep = keep;
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    const rows = this.#child.next(maxRows);
    return isPromise(rows) ? rows.then((each) => this.#took(each)) : this.#took(rows);
  }

  #took(rows: readonly Row[] | undefined): readonly Row[] | undefined {
    const recorded = this.#rows;
    if (recorded === undefined) return rows;
    for (const row of rows ?? []) {
      recorded.push(row);
      this.#room -= rowBytes(row);
    }
    if (rows === undefined || this.#room < 0) {
      this.#rows = undefined;
      this.#keep(this.#room < 0 ? undefined : recorded);
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
