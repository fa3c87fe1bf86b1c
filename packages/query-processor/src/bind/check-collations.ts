/**
 * Collations of a whole query that uses any: explicit ones that contradict each other are refused
 * wherever they stand, and so is what has to compare texts and cannot tell by which of two.
 */
import { SqlError } from "@firstlight/common";
import {
  type Call,
  type Expr,
  collationState,
  commonCollation,
  implicitMismatch,
  inputCollation,
  isCollatable,
  isConflict,
  procOf,
} from "@firstlight/sql";
import { columnCollation } from "./output-columns.ts";
import type { BoundQuery, BoundSelect } from "./query-tree.ts";
import { forEachRoot, visitExpr } from "./walk.ts";

const TEXT_COMPARISON =
  /^(?:(?:text|bpchar|name|bttext|btbpchar|btname)\w*(?:eq|ne|lt|le|gt|ge|cmp|larger|smaller))$/u;

/** What a function that depends on the collation says when there is none. */
function purposeOf(call: Call): string | undefined {
  const { source } = procOf(call);
  if (/^(?:lower|upper|initcap)$/u.test(source)) return `${source}() function`;
  if (/^(?:text|bpchar|name)icn?like$/u.test(source)) return "ILIKE";
  if (/^(?:text|bpchar|name)(?:ic)?regex(?:eq|ne)$/u.test(source)) return "regular expression";
  if (source.startsWith("regexp_") || source.startsWith("textregexsubstr")) {
    return "regular expression";
  }
  return TEXT_COMPARISON.test(source) ? "string comparison" : undefined;
}

function indeterminate(purpose: string): SqlError {
  return new SqlError("42P22", `could not determine which collation to use for ${purpose}`, {
    hint: "Use the COLLATE clause to set the collation explicitly.",
  });
}

const EXTREME = /^(?:max|min)$/u;

const COMPARING: ReadonlySet<Expr["kind"]> = new Set([
  "greatest",
  "least",
  "distinct",
  "notDistinct",
  "nullif",
  "scalarArrayOp",
]);

/** What of a node's own work depends on a collation. */
function purposeOfNode(expr: Expr): string | undefined {
  if (expr.kind === "call") return purposeOf(expr);
  const compares =
    expr.kind === "aggregate"
      ? expr.distinct || EXTREME.test(procOf(expr).name)
      : COMPARING.has(expr.kind);
  return compares ? "string comparison" : undefined;
}

function argsOf(expr: Expr): readonly Expr[] {
  if (expr.kind === "scalarArrayOp") return [expr.scalar, expr.array];
  return "args" in expr ? expr.args : [];
}

function checkRows({ left, right }: Extract<Expr, { kind: "rowCompare" }>): void {
  left.forEach((expr, at) => {
    const other = right[at];
    if (other === undefined || !isCollatable(expr.type)) return;
    if (isConflict(commonCollation([expr, other], columnCollation))) {
      throw indeterminate("string comparison");
    }
  });
}

function checkCalls(root: Expr): void {
  visitExpr(root, (expr, depth) => {
    if (depth > 0) return false;
    if (expr.kind === "rowCompare") checkRows(expr);
    const purpose = purposeOfNode(expr);
    if (purpose === undefined || !argsOf(expr).some((arg) => isCollatable(arg.type))) return true;
    const state = inputCollation(expr, columnCollation);
    if (isConflict(state) || state.collation === undefined) throw indeterminate(purpose);
    return true;
  });
}

/** Targets that the query sorts, groups or makes distinct. */
function sortedTargets(query: BoundSelect): ReadonlySet<number> {
  const sorted = new Set(query.orderBy.map((clause) => clause.target));
  const { distinct } = query;
  if (distinct === true) query.targets.forEach((target, at) => target.junk || sorted.add(at));
  else if (distinct !== false) for (const at of distinct) sorted.add(at);
  return sorted;
}

function checkSorted(exprs: Iterable<Expr>): void {
  for (const expr of exprs) {
    if (!isCollatable(expr.type)) continue;
    const state = collationState(expr, columnCollation);
    if (isConflict(state)) throw implicitMismatch(state);
    if (state.collation === undefined) throw indeterminate("string comparison");
  }
}

function checkSelect(query: BoundSelect): void {
  const sorted = [...sortedTargets(query)].flatMap((at) => query.targets[at]?.expr ?? []);
  checkSorted([...sorted, ...query.groupBy]);
  for (const { partitionBy, orderBy } of query.windows) {
    checkSorted([...partitionBy, ...orderBy.map((key) => key.expr)]);
  }
}

export function checkCollations(query: BoundQuery): void {
  forEachRoot(query, {
    query: (each) => {
      if (each.kind === "select") checkSelect(each);
    },
    root: (expr) => {
      collationState(expr, columnCollation);
      checkCalls(expr);
    },
  });
}
