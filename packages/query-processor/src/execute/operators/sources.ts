/** Operators without a child: VALUES, known rows, virtual relations, functions, CTEs. */
import type { MaybePromise } from "@firstlight/common";
import { InvariantError, andThen, featureNotSupported, isPromise } from "@firstlight/common";
import type { CompiledExpr, Datum, EvaluationContext, Expr, Row } from "@firstlight/sql";
import {
  baseTypeOid,
  compileExpr,
  jsonRecordReader,
  oids,
  procOf,
  returnsSet,
  setImplementationOf,
  typeRow,
  volatility,
} from "@firstlight/sql";
import type {
  CteScanNode,
  FunctionScanNode,
  RowsNode,
  ValuesNode,
  VirtualScanNode,
} from "../../plan/plan-node.ts";
import type { VirtualLookup } from "../../plan/virtual-lookup.ts";
import { compileFlatProjection } from "../flat-values.ts";
import { compileRoutineCall } from "../routine/routine-call.ts";
import type { KeptRows, Opener, Operator, Run } from "../operator.ts";
import { Pace, ProducingOperator, computed } from "../operator.ts";

/** Hands out rows that are all there, made at the first call. */
export class RowList implements Operator {
  readonly #make: () => readonly Row[];
  #rows: readonly Row[] | undefined;
  #at = 0;

  constructor(make: () => readonly Row[]) {
    this.#make = make;
  }

  next(maxRows: number): readonly Row[] | undefined {
    this.#rows ??= this.#make();
    if (this.#at >= this.#rows.length) return undefined;
    const from = this.#at;
    this.#at = Math.min(this.#rows.length, from + maxRows);
    if (from === 0 && this.#at === this.#rows.length) return this.#rows;
    return this.#rows.slice(from, this.#at);
  }

  close(): void {
    this.#rows = [];
  }
}

export function openRows(node: RowsNode): Opener {
  return () => new RowList(() => node.rows);
}

const NO_ROW: Row = [];

type RowMaker = (context: EvaluationContext) => Row;

/** Constants and parameters need no compiled expression. */
function rowMaker(exprs: readonly Expr[]): RowMaker {
  if (exprs.every((expr) => expr.kind === "const")) {
    const row = exprs.map((expr): Datum => (expr.kind === "const" ? expr.value : null));
    return () => row;
  }
  if (exprs.every((expr) => expr.kind === "const" || expr.kind === "param")) {
    return ({ params }) => exprs.map((expr) => givenValue(expr, params));
  }
  const project = compileFlatProjection(exprs);
  return (context) => project(NO_ROW, context);
}

function givenValue(expr: Expr, params: readonly Datum[]): Datum {
  if (expr.kind === "const") return expr.value;
  return expr.kind === "param" ? (params[expr.number - 1] ?? null) : null;
}

/** Rows that are made, and whose expressions are compiled, before anything else is. */
const FEW_ROWS = 32;

/** Rows of a long VALUES list, as far as they are asked for. */
class ValuesRows extends ProducingOperator {
  readonly #rows: readonly (readonly Expr[])[];
  /** Of all executions. */
  readonly #makers: RowMaker[];
  readonly #pace: Pace;
  #at = 0;

  constructor(run: Run, rows: readonly (readonly Expr[])[], makers: RowMaker[]) {
    super(run);
    this.#rows = rows;
    this.#makers = makers;
    this.#pace = new Pace(run);
  }

  protected override produce(): boolean {
    const rows = this.#rows;
    while (this.#at < rows.length && this.pending < this.wanted) {
      const at = this.#at++;
      const make = (this.#makers[at] ??= rowMaker(rows[at] ?? []));
      this.emit(make(this.run.evaluation));
      if (this.#pace.isOver()) break;
    }
    return this.#at < rows.length;
  }

  close(): void {
    this.#at = this.#rows.length;
  }
}

export function openValues(node: ValuesNode): Opener {
  const { constants } = node;
  if (constants !== undefined) return () => new RowList(() => constants);
  if (node.rows.length > FEW_ROWS) {
    const compiled: RowMaker[] = [];
    return (run) => new ValuesRows(run, node.rows, compiled);
  }
  const makers = node.rows.map((row) => rowMaker(row));
  const [only] = makers;
  if (makers.length === 1 && only !== undefined) {
    return ({ evaluation }) => new RowList(() => [only(evaluation)]);
  }
  return ({ evaluation }) => new RowList(() => makers.map((make) => make(evaluation)));
}

/** The one row of a sequence. */
class SequenceRow implements Operator {
  readonly #run: Run;
  readonly #oid: number;
  readonly #columns: readonly number[];
  #done = false;

  constructor(run: Run, oid: number, columns: readonly number[]) {
    this.#run = run;
    this.#oid = oid;
    this.#columns = columns;
  }

  next(): MaybePromise<readonly Row[] | undefined> {
    if (this.#done) return undefined;
    this.#done = true;
    const row = this.#run.context.sequenceRow?.(this.#oid);
    if (row === undefined) throw featureNotSupported("selecting from a sequence");
    const chosen = (whole: Row): readonly Row[] => [this.#columns.map((at) => whole[at] ?? null)];
    return isPromise(row) ? row.then(chosen) : chosen(row);
  }

  close(): void {}
}

/** Rows of a virtual relation, as far as they are asked for. */
class VirtualRows extends ProducingOperator {
  readonly #each: (gathered?: unknown) => Iterable<Row>;
  readonly #gather: (() => MaybePromise<unknown>) | undefined;
  readonly #columns: readonly number[];
  readonly #pace: Pace;
  #rows: Iterator<Row> | undefined;

  constructor(
    run: Run,
    each: (gathered?: unknown) => Iterable<Row>,
    gather: (() => MaybePromise<unknown>) | undefined,
    columns: readonly number[],
  ) {
    super(run);
    this.#pace = new Pace(run);
    this.#each = each;
    this.#gather = gather;
    this.#columns = columns;
  }

  close(): void {
    this.#rows?.return?.();
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#rows !== undefined) return this.#fill(this.#rows);
    const start = (gathered?: unknown): true => {
      this.#rows = this.#each(gathered)[Symbol.iterator]();
      return true;
    };
    return this.#gather === undefined ? start() : andThen(this.#gather(), start);
  }

  #fill(rows: Iterator<Row>): boolean {
    while (this.pending < this.wanted) {
      const step = rows.next();
      if (step.done === true) return false;
      const row = step.value;
      this.emit(this.#columns.map((at) => row[at] ?? null));
      if (this.#pace.isOver()) break;
    }
    return true;
  }
}

/** Rows of a virtual relation by a value; all are computed first if they are not known yet. */
class FoundVirtualRows extends ProducingOperator {
  readonly #node: VirtualScanNode;
  readonly #keys: () => readonly Datum[];
  readonly #column: number;
  readonly #pace: Pace;
  #making: Iterator<Row> | undefined;
  #found: readonly Row[] | undefined;
  #at = 0;

  constructor(run: Run, node: VirtualScanNode, column: number, keys: () => readonly Datum[]) {
    super(run);
    this.#pace = new Pace(run);
    this.#node = node;
    this.#column = column;
    this.#keys = keys;
  }

  close(): void {
    this.#making?.return?.();
    this.#found = [];
  }

  protected override produce(): boolean {
    const found = (this.#found ??= this.#find());
    if (found === undefined) return true;
    const { columns } = this.#node;
    while (this.pending < this.wanted) {
      const row = found[this.#at++];
      if (row === undefined) return false;
      this.emit(columns.map((at) => row[at] ?? null));
      if (this.#pace.isOver()) break;
    }
    return true;
  }

  /** Undefined: not all rows are there yet. */
  #find(): readonly Row[] | undefined {
    const { table } = this.#node;
    const { catalog, sessionView } = this.run.context;
    const known = table.rowsByColumn?.(catalog, this.#column);
    if (known !== undefined) return this.#keys().flatMap((key) => known.get(key) ?? []);
    this.#making ??= table.eachRow(catalog, sessionView)[Symbol.iterator]();
    while (this.#making.next().done !== true) if (this.#pace.isOver()) return undefined;
    this.#making = undefined;
    return this.#find();
  }
}

function openVirtualLookup(node: VirtualScanNode, lookup: VirtualLookup): Opener {
  const value = compileExpr(lookup.value);
  const keysOf = (found: Datum): readonly Datum[] => {
    if (found === null) return [];
    if (lookup.kind === "equal") return [found];
    if (typeof found !== "object" || !("elements" in found)) return [];
    return [...new Set(found.elements)].filter((each) => each !== null);
  };
  return (run) =>
    new FoundVirtualRows(run, node, lookup.column, () => keysOf(value([], run.evaluation)));
}

export function openVirtualScan(node: VirtualScanNode): Opener {
  const { table, columns, lookup } = node;
  const { sequence } = table;
  if (sequence !== undefined) return (run) => new SequenceRow(run, sequence.oid, columns);
  if (lookup !== undefined) return openVirtualLookup(node, lookup);
  return (run) => {
    const { catalog, sessionView } = run.context;
    const each = (gathered?: unknown): Iterable<Row> =>
      table.eachRow(catalog, sessionView, gathered);
    const gather =
      table.gather === undefined
        ? undefined
        : () => table.gather?.(sessionView, run.reads, catalog);
    return new VirtualRows(run, each, gather, columns);
  };
}

/** The values of a set-returning call, or the one value of a plain call. */
export type SetCall = (row: Row, run: Run) => MaybePromise<Iterable<Datum>>;

export function compileSetCall(expr: Expr): SetCall {
  if (expr.kind !== "call" || !returnsSet(expr)) {
    const value: CompiledExpr = compileExpr(expr);
    if (volatility(expr) === "volatile") return (row, { evaluation }) => [value(row, evaluation)];
    return (row, run) => computed(run, () => [value(row, run.evaluation)]);
  }
  if (expr.routine !== undefined) {
    const routine = compileRoutineCall(expr);
    return (row, run) => routine.rows(row, run);
  }
  const args = expr.args.map((arg) => compileExpr(arg));
  const call = setImplementationOf(expr.proc, {
    argTypes: expr.args.map((arg) => arg.type),
    resultType: expr.type,
  });
  const { strict } = procOf(expr);
  const isVolatile = volatility(expr) === "volatile";
  return (row, run) => {
    const { evaluation } = run;
    const given = (): Datum[] => args.map((arg) => arg(row, evaluation));
    const start = (values: readonly Datum[]): Iterable<Datum> =>
      strict && values.includes(null) ? [] : call(evaluation, ...values);
    return isVolatile ? start(given()) : computed(run, () => start(given()));
  };
}

/** Users' functions run one after the other. */
export function startSets(
  calls: readonly SetCall[],
  row: Row,
  run: Run,
  sets: Iterator<Datum>[] = [],
): MaybePromise<Iterator<Datum>[]> {
  for (let at = sets.length; at < calls.length; at++) {
    const set = calls[at]?.(row, run);
    if (set === undefined) continue;
    if (isPromise(set)) {
      return set.then((values) => {
        sets.push(values[Symbol.iterator]());
        return startSets(calls, row, run, sets);
      });
    }
    sets.push(set[Symbol.iterator]());
  }
  return sets;
}

type FunctionEntry = FunctionScanNode["functions"][number];

/** The columns of one function's row. */
function spread(entry: FunctionEntry): (value: Datum) => readonly Datum[] {
  if (!entry.record) return (value) => [value];
  const width = entry.columns.length;
  return (value) => {
    if (value === null) return Array.from({ length: width }, (): Datum => null);
    if (typeof value !== "object" || !("tag" in value) || value.tag !== "record") {
      throw new InvariantError("a function with several columns yields records");
    }
    return value.fields;
  };
}

interface CompiledFunction {
  readonly call: SetCall;
  readonly spread: (value: Datum) => readonly Datum[];
  readonly width: number;
}

/** Rows are made as they are asked for: a set may be much larger than memory. */
class FunctionScan extends ProducingOperator {
  readonly #functions: readonly CompiledFunction[];
  readonly #ordinality: boolean;
  /** One function gives the rows as they are. */
  readonly #isPlain: boolean;
  #sets: Iterator<Datum>[] | undefined;
  #count = 0n;
  readonly #pace: Pace;

  constructor(run: Run, functions: readonly CompiledFunction[], ordinality: boolean) {
    super(run);
    this.#pace = new Pace(run);
    this.#functions = functions;
    this.#ordinality = ordinality;
    this.#isPlain = !ordinality && functions.length === 1;
  }

  close(): void {
    this.#sets = [];
  }

  protected override produce(): MaybePromise<boolean> {
    if (this.#sets !== undefined) return this.#fill(this.#sets);
    const sets = startSets(
      this.#functions.map(({ call }) => call),
      NO_ROW,
      this.run,
    );
    return isPromise(sets) ? sets.then((all) => this.#started(all)) : this.#started(sets);
  }

  #started(sets: Iterator<Datum>[]): boolean {
    this.#sets = sets;
    return this.#fill(sets);
  }

  #fill(sets: readonly Iterator<Datum>[]): boolean {
    while (this.pending < this.wanted) {
      if (!this.#emitRow(sets)) return false;
      if (this.#pace.isOver()) break;
    }
    return true;
  }

  #emitRow(sets: readonly Iterator<Datum>[]): boolean {
    if (this.#isPlain) return this.#emitNext(sets[0]);
    const row: Datum[] = [];
    let any = false;
    this.#functions.forEach((each, i) => {
      const step = sets[i]?.next();
      if (step === undefined || step.done === true) {
        // ROWS FROM: the shorter ones are filled up with NULL.
        for (let n = 0; n < each.width; n++) row.push(null);
        return;
      }
      any = true;
      row.push(...each.spread(step.value));
    });
    if (!any) return false;
    if (this.#ordinality) row.push(++this.#count);
    // Copied, it has no room to grow: whoever keeps it would keep that too.
    this.emit(row.slice());
    return true;
  }

  #emitNext(set: Iterator<Datum> | undefined): boolean {
    const step = set?.next();
    if (step === undefined || step.done === true) return false;
    this.emit(this.#functions[0]?.spread(step.value) ?? NO_ROW);
    return true;
  }
}

/** json_populate_record() takes values of any type, to refuse those that are no rows. */
function givesRow({ type }: Expr): boolean {
  return type === oids.RECORD || typeRow(baseTypeOid(type))?.kind === "c";
}

/** Functions that need the column definitions of the query. */
function definedCall({ call, columns }: FunctionEntry): SetCall | undefined {
  if (call.kind !== "call") return undefined;
  if (!givesRow(call)) return undefined;
  const read = jsonRecordReader(procOf(call).source, columns);
  if (read === undefined) return undefined;
  const args = call.args.map((argument) => compileExpr(argument));
  const isVolatile = volatility(call) === "volatile";
  return (row, run) => {
    const { evaluation } = run;
    const start = (): Iterable<Datum> =>
      read(evaluation, ...args.map((argument) => argument(row, evaluation)));
    return isVolatile ? start() : computed(run, start);
  };
}

export function openFunctionScan(node: FunctionScanNode): Opener {
  const functions = node.functions.map((entry) => ({
    call: definedCall(entry) ?? compileSetCall(entry.call),
    spread: spread(entry),
    width: entry.record ? entry.columns.length : 1,
  }));
  return (run) => new FunctionScan(run, functions, node.ordinality);
}

/** Reads a CTE's rows, which are computed as far as any reader needs them. */
class CteScan implements Operator {
  readonly #source: KeptRows;
  #at = 0;

  constructor(source: KeptRows) {
    this.#source = source;
  }

  next(maxRows: number): MaybePromise<readonly Row[] | undefined> {
    const rows = this.#source.read(this.#at, maxRows);
    return isPromise(rows) ? rows.then((each) => this.#took(each)) : this.#took(rows);
  }

  #took(rows: readonly Row[]): readonly Row[] | undefined {
    this.#at += rows.length;
    return rows.length === 0 ? undefined : rows;
  }

  close(): void {}
}

export function openCteScan(node: CteScanNode): Opener {
  return (run) => {
    const source = (node.working ? run.working : run.ctes).get(node.id);
    if (source === undefined) throw new InvariantError(`CTE ${node.name} is not there`);
    return new CteScan(source);
  };
}
