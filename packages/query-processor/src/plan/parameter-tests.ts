/**
 * Conditions on tables, and numbers of rows that are asked for, whose estimate depends on parameters:
 * by them values fall into classes, and values of one class deserve the same plan. A class is the
 * order of magnitude of what each condition leaves of its table, and of each number of rows; and
 * whether a pattern begins with something fixed, by which an index finds it.
 */
import type { Datum, EvaluationContext, Expr } from "@firstlight/sql";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { exprKey, someNode } from "./expression-map.ts";
import { fixedPart, patternOperator } from "./like-prefix.ts";
import { conditionsShare } from "./selectivity/clause.ts";
import type { RelationFacts } from "./selectivity/relation-facts.ts";
import { ScopeEstimation } from "./selectivity/scope-estimation.ts";

/** Classes are this factor apart; up to this many rows nothing is worth another plan. */
const CLASS_FACTOR = 8;
const ROWS_LEAST = 64;

interface ParameterTest {
  readonly rte: number;
  readonly facts: RelationFacts;
  readonly quals: readonly Expr[];
}

/** LIMIT and OFFSET of a query that has so many rows without them. */
export interface RowCount {
  readonly rows: number;
  readonly limit: Expr | undefined;
  readonly offset: Expr | undefined;
}

/** Without the value it is a tenth of the rows, as for a plan. */
const UNKNOWN_SHARE = 0.1;

function rowsOf(estimation: ScopeEstimation, expr: Expr | undefined, rows: number): number {
  const value = expr && estimation.valueOf(expr);
  if (value === undefined) return expr === undefined ? 0 : rows * UNKNOWN_SHARE;
  return typeof value === "bigint" || typeof value === "number" ? Number(value) : 0;
}

function magnitude(rows: number): number {
  return Math.round(Math.log(Math.max(rows, ROWS_LEAST)) / Math.log(CLASS_FACTOR));
}

/** A pattern for a column that an index is on. */
interface PatternTest {
  readonly operator: number;
  readonly pattern: Expr;
}

function patternOf(table: TableDescriptor, node: Expr, rte: number): PatternTest | undefined {
  const operator = node.kind === "call" ? patternOperator(node) : 0;
  if (node.kind !== "call" || operator === 0) return undefined;
  const [subject, pattern] = node.args;
  if (subject === undefined || pattern === undefined || !hasParameter(pattern)) return undefined;
  const left = subject.kind === "relabel" ? subject.arg : subject;
  const isIndexed = table.indexes.some(({ columns }) =>
    columns.some(({ column, expression }) =>
      left.kind === "var"
        ? left.rte === rte && left.column + 1 === column
        : expression !== undefined,
    ),
  );
  return isIndexed ? { operator, pattern } : undefined;
}

function hasParameter(expr: Expr | undefined): boolean {
  return expr !== undefined && someNode(expr, (node) => node.kind === "param");
}

/** Equality with all columns of a unique key leaves one row, whatever the values are. */
function isPoint(table: TableDescriptor, quals: readonly Expr[], rte: number): boolean {
  const equated = new Set<number>();
  for (const qual of quals) {
    if (qual.kind !== "call" || qual.display !== "operator" || qual.args.length !== 2) continue;
    for (const arg of qual.args) {
      if (arg.kind === "var" && arg.rte === rte) equated.add(arg.column + 1);
    }
  }
  return table.indexes.some(
    (index) =>
      index.unique &&
      index.predicate === undefined &&
      index.columns.every(({ column }) => equated.has(column)),
  );
}

export class ParameterTests {
  readonly #tests = new Map<string, ParameterTest>();
  readonly #counts = new Map<string, RowCount>();
  readonly #patterns = new Map<string, PatternTest>();
  /** What a plan is made for that knows no values. */
  #generic: string | undefined;

  get isEmpty(): boolean {
    return this.#tests.size === 0 && this.#counts.size === 0 && this.#patterns.size === 0;
  }

  /** Conditions on a table with statistics. */
  add(
    table: TableDescriptor,
    rte: number,
    facts: RelationFacts | undefined,
    quals: readonly Expr[],
  ): void {
    for (const qual of quals) this.#addPatterns(table, rte, qual);
    const own = quals.filter((qual) => someNode(qual, (node) => node.kind === "param"));
    if (own.length === 0 || facts === undefined || (facts.rows ?? 0) < ROWS_LEAST) return;
    if (isPoint(table, quals, rte)) return;
    this.#tests.set([table.oid, ...own.map(exprKey)].join(), { rte, facts, quals: own });
  }

  #addPatterns(table: TableDescriptor, rte: number, qual: Expr): void {
    someNode(qual, (node) => {
      const test = patternOf(table, node, rte);
      if (test !== undefined) this.#patterns.set(exprKey(node), test);
      return false;
    });
  }

  addCount(count: RowCount): void {
    const { rows, limit, offset } = count;
    if (rows <= ROWS_LEAST || !(hasParameter(limit) || hasParameter(offset))) return;
    const key = [limit, offset].map((expr) => (expr === undefined ? "" : exprKey(expr))).join("/");
    this.#counts.set(key, count);
  }

  /** The class of these values; undefined: the one that the generic plan is made for. */
  classOf(values: readonly Datum[], evaluation: EvaluationContext | undefined): string | undefined {
    this.#generic ??= this.#class({ evaluation, parameters: undefined });
    const own = this.#class({ evaluation, parameters: values });
    return own === this.#generic ? undefined : own;
  }

  #class(facts: ConstructorParameters<typeof ScopeEstimation>[0]): string {
    let key = "";
    for (const { rte, facts: relation, quals } of this.#tests.values()) {
      const estimation = new ScopeEstimation(facts);
      estimation.set(rte, relation);
      const rows = conditionsShare(estimation, quals, undefined) * (relation.rows ?? 0);
      key += `${magnitude(rows)},`;
    }
    const estimation = new ScopeEstimation(facts);
    for (const { rows, limit, offset } of this.#counts.values()) {
      const asked = rowsOf(estimation, limit, rows) + rowsOf(estimation, offset, rows);
      key += `${magnitude(Math.min(asked, rows))},`;
    }
    for (const { operator, pattern } of this.#patterns.values()) {
      const value = estimation.valueOf(pattern) ?? null;
      key += fixedPart(operator, value) === undefined ? "any," : "prefix,";
    }
    return key;
  }
}
