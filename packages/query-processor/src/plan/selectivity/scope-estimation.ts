/**
 * Estimation over the relations of one query level: tables by their statistics, subqueries by what
 * their columns stand for.
 */
import type { Datum, EvaluationContext, Expr } from "@firstlight/sql";
import {
  DEFAULT_FORMAT,
  atOneGo,
  compileExpr,
  compilePredicate,
  volatility,
} from "@firstlight/sql";
import type { Catalog, VirtualTable } from "../../catalog/catalog.ts";
import type { TableDescriptor } from "../../catalog/descriptors.ts";
import { estimatedColumn } from "../../catalog/virtual/column-estimates.ts";
import { estimatedRows } from "../../catalog/virtual/row-estimates.ts";
import { uniqueColumns } from "../../catalog/virtual/virtual-keys.ts";
import { derivedColumns } from "../../bind/index-expressions.ts";
import type {
  ColumnStatistics,
  ExpressionStatistics,
  TableStatistics,
} from "../../statistics/table-statistics.ts";
import { derivedPositions } from "../index-match.ts";
import { exprKey, someNode } from "../expression-map.ts";
import { ComputedColumns } from "./computed-columns.ts";
import type { Estimation, JointKnowledge, RelationFacts } from "./relation-facts.ts";

/** What is known when a statement is planned. */
export interface PlanningFacts {
  /** For functions whose value holds for the statement; undefined: they are not looked into. */
  readonly evaluation: EvaluationContext | undefined;
  /** Values of parameters, as far as plans are made for them. */
  readonly parameters: readonly Datum[] | undefined;
}

/** Without a session. */
export const PLAIN_EVALUATION: EvaluationContext = {
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

/** Contexts are made by classes of their own: a copy holds what expressions may ask before a run. */
function contextOf({ evaluation, parameters }: PlanningFacts): EvaluationContext {
  const base = evaluation ?? PLAIN_EVALUATION;
  return {
    ...PLAIN_EVALUATION,
    params: parameters ?? [],
    format: base.format,
    transactionTime: base.transactionTime,
    statementTime: base.statementTime,
    clockTime: () => base.clockTime(),
    session: base.session,
  };
}

export class ScopeEstimation implements Estimation {
  readonly #facts: PlanningFacts;
  readonly #relations = new Map<number, RelationFacts>();
  joint: JointKnowledge | undefined;
  readonly longShares: Map<Expr, number> = new Map();

  constructor(facts: PlanningFacts) {
    this.#facts = facts;
  }

  relation(rte: number): RelationFacts | undefined {
    return this.#relations.get(rte);
  }

  set(rte: number, relation: RelationFacts): void {
    this.#relations.set(rte, relation);
    this.longShares.clear();
    if (relation.extended === undefined) return;
    this.joint ??= {
      of: (each) => this.relation(each)?.extended ?? [],
      numberOf: (expr, rte) => this.relation(rte)?.numberOf?.(expr),
      test: (condition) => this.#rowTest(condition),
    };
  }

  /** Rows that the conditions on the relation leave: what joins see of it. */
  keep(rte: number, kept: number): void {
    const relation = this.#relations.get(rte);
    if (relation !== undefined) this.#relations.set(rte, new KeptRelation(relation, kept));
    this.longShares.clear();
  }

  valueOf(expr: Expr): Datum | undefined {
    if (expr.kind === "const") return expr.value;
    if (expr.kind === "param") return this.#facts.parameters?.[expr.number - 1];
    if (expr.kind === "relabel") return this.valueOf(expr.arg);
    return isKnowable(expr, this.#facts) ? this.#evaluated(expr) : undefined;
  }

  #evaluated(expr: Expr): Datum | undefined {
    try {
      return atOneGo(() => compileExpr(expr))([], contextOf(this.#facts));
    } catch {
      return undefined;
    }
  }

  test(condition: Expr): ((value: Datum) => boolean) | undefined {
    const test = this.#rowTest(condition);
    return test && ((value) => test([value]));
  }

  #rowTest(condition: Expr): ((values: readonly Datum[]) => boolean) | undefined {
    if (!isKnowable(condition, this.#facts)) return undefined;
    const context = contextOf(this.#facts);
    const predicate = compilePredicate(condition);
    return (values) => {
      try {
        return predicate(values, context);
      } catch {
        return false;
      }
    };
  }
}

const UNKNOWABLE: ReadonlySet<Expr["kind"]> = new Set([
  "var",
  "execParam",
  "caseTest",
  "subLink",
  "aggregate",
  "window",
  "grouping",
]);

function isKnowable(expr: Expr, facts: PlanningFacts): boolean {
  const unknown = someNode(
    expr,
    (node) =>
      UNKNOWABLE.has(node.kind) ||
      (node.kind === "param" && facts.parameters?.[node.number - 1] === undefined),
  );
  if (unknown) return false;
  const stability = volatility(expr);
  return stability === "immutable" || (stability === "stable" && facts.evaluation !== undefined);
}

class KeptRelation implements RelationFacts {
  readonly #inner: RelationFacts;
  readonly kept: number;

  constructor(inner: RelationFacts, kept: number) {
    this.#inner = inner;
    this.kept = kept;
  }

  get rows(): number | undefined {
    return this.#inner.rows;
  }

  get kind(): string {
    return this.#inner.kind;
  }

  get extended(): RelationFacts["extended"] {
    return this.#inner.extended;
  }

  numberOf(expr: Expr): number | undefined {
    return this.#inner.numberOf?.(expr);
  }

  expression(expr: Expr): ColumnStatistics | undefined {
    return this.#inner.expression?.(expr);
  }

  column(position: number): ReturnType<RelationFacts["column"]> {
    return this.#inner.column(position);
  }

  isUnique(position: number): boolean {
    return this.#inner.isUnique(position);
  }
}

/** Of an expression that an index is on. */
function expressionStatistics(
  table: TableDescriptor,
  statistics: readonly ExpressionStatistics[],
  expr: Expr,
  rte: number,
): ColumnStatistics | undefined {
  const position = derivedPositions(table, rte).get(exprKey(expr));
  if (position === undefined) return undefined;
  const { positionsOf } = derivedColumns(table);
  return statistics.find(({ index: oid, column }) => {
    const index = table.indexes.find((each) => each.oid === oid);
    return index !== undefined && positionsOf(index).keys[column - 1] === position;
  });
}

export function tableFacts(
  table: TableDescriptor,
  statistics: TableStatistics | undefined,
  {
    rows,
    rte,
    catalog,
  }: { readonly rows: number; readonly rte: number; readonly catalog: Catalog },
): RelationFacts {
  const computed = new ComputedColumns(table, catalog, rte);
  if (statistics !== undefined) computed.add(statistics);
  const { expressions = [] } = statistics ?? {};
  const expression = (expr: Expr): ColumnStatistics | undefined =>
    expressionStatistics(table, expressions, expr, rte) ?? computed.statisticsOf(expr);
  const extended = statistics?.extended?.flatMap((each) => computed.renumbered(each) ?? []) ?? [];
  return {
    kind: "table",
    ...(expressions.length === 0 ? {} : { expression }),
    numberOf: (expr) => computed.numberOf(expr),
    rows,
    kept: undefined,
    extended: extended.length === 0 ? undefined : extended,
    column: (position) => statistics?.columns.get(position + 1),
    isUnique: (position) =>
      table.indexes.some(
        (index) =>
          index.unique &&
          index.predicate === undefined &&
          index.columns.length === 1 &&
          index.columns[0]?.column === position + 1,
      ),
  };
}

/** A relation of pg_catalog. */
export function virtualFacts(table: VirtualTable, catalog: Catalog): RelationFacts {
  return {
    kind: "virtual",
    rows: estimatedRows(table.name, catalog),
    kept: undefined,
    column: (position) => estimatedColumn(table, position, catalog),
    isUnique: (position) =>
      uniqueColumns(table).some((columns) => columns.length === 1 && columns[0] === position),
  };
}

export function plainFacts(kind: string, rows: number): RelationFacts {
  return { kind, rows, kept: undefined, column: () => undefined, isUnique: () => false };
}
