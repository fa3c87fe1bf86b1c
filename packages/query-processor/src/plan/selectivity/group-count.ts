/** How many groups rows fall into: estimate_num_groups of PostgreSQL. */
import type { Expr } from "@firstlight/sql";
import { someNode } from "../expression-map.ts";
import { exprKey } from "../expression-map.ts";
import type { Estimation, RelationFacts } from "./relation-facts.ts";
import type { Variable } from "./variable.ts";
import { distinctValues, unlabelled, variableOf } from "./variable.ts";

const BOOL = 16;

function columnsIn(expr: Expr): Expr[] {
  const columns: Expr[] = [];
  someNode(expr, (node) => {
    if (node.kind === "var" && node.levelsUp === 0) columns.push(node);
    return false;
  });
  return columns;
}

interface Grouped {
  /** A factor for keys that are booleans and nothing more. */
  readonly booleans: number;
  readonly variables: readonly Variable[];
}

function variablesOf(estimation: Estimation, keys: readonly Expr[]): Grouped {
  const variables = new Map<string, Variable>();
  let booleans = 1;
  for (const key of keys) {
    const plain = unlabelled(key);
    const columns = plain.kind === "var" ? [plain] : columnsIn(plain);
    if (plain.kind !== "var" && plain.type === BOOL) {
      booleans *= 2;
      continue;
    }
    const whole = variableOf(estimation, plain);
    if (plain.kind !== "var" && whole.statistics !== undefined) {
      variables.set(exprKey(plain), whole);
      continue;
    }
    for (const column of columns) variables.set(exprKey(column), variableOf(estimation, column));
  }
  return { booleans, variables: [...variables.values()] };
}

/** Distinct combinations of several of the columns, and the columns that they are of. */
interface KnownCombinations {
  readonly count: number;
  readonly of: readonly Variable[];
}

function numberOf(
  relation: RelationFacts | undefined,
  { column, expr }: Variable,
): number | undefined {
  return column === undefined ? relation?.numberOf?.(expr) : column.column + 1;
}

/** Expressions are worth more than columns. */
function isBetter(shared: readonly Variable[], best: readonly Variable[]): boolean {
  const expressions = (of: readonly Variable[]): number =>
    of.filter(({ column }) => column === undefined).length;
  const more = expressions(shared) - expressions(best);
  return more === 0 ? shared.length > best.length : more > 0;
}

/** estimate_multivariate_ndistinct: by the object that knows most of the columns together. */
function knownCombinations(
  relation: RelationFacts | undefined,
  own: readonly Variable[],
): KnownCombinations | undefined {
  let best: KnownCombinations | undefined;
  for (const { columns, distinct } of relation?.extended ?? []) {
    const isIn = (each: Variable, numbers: readonly number[]): boolean => {
      const number = numberOf(relation, each);
      return number !== undefined && numbers.includes(number);
    };
    const shared = own.filter((each) => isIn(each, columns));
    if (shared.length < 2 || !isBetter(shared, best?.of ?? [])) continue;
    const found = distinct.find(
      (each) =>
        each.columns.length === shared.length && shared.every((one) => isIn(one, each.columns)),
    );
    if (found !== undefined) best = { count: found.count, of: shared };
  }
  return best;
}

/** Factors of the number of groups: several columns at once where they are known together. */
function distinctFactors(
  relation: RelationFacts | undefined,
  own: readonly Variable[],
): readonly number[] {
  const factors: number[] = [];
  let left = own;
  for (let known = knownCombinations(relation, left); known !== undefined;) {
    const { count, of } = known;
    factors.push(count);
    left = left.filter((each) => !of.includes(each));
    known = knownCombinations(relation, left);
  }
  return [...factors, ...left.map((each) => distinctValues(each).count)];
}

function groupsWithin(relation: RelationFacts | undefined, own: readonly Variable[]): number {
  const counts = distinctFactors(relation, own);
  let product = counts.reduce((total, each) => total * each, 1);
  const rows = relation?.rows;
  if (rows === undefined || rows <= 0) return product;
  const most = Math.max(...counts);
  let limit = rows;
  if (counts.length > 1) {
    limit = Math.max(rows * 0.1, most);
    if (limit > rows) limit = rows;
  }
  product = Math.min(product, limit);
  const kept = relation?.kept ?? rows;
  // Of n rows with d values each equally often, a random part has this many of the values.
  if (product > 0 && kept < rows) product *= 1 - ((rows - kept) / rows) ** (rows / product);
  return Math.max(1, Math.round(product));
}

export function groupCount(
  estimation: Estimation,
  keys: readonly Expr[],
  inputRows: number,
): number {
  const rows = Math.max(1, Math.round(inputRows));
  const { booleans, variables } = variablesOf(estimation, keys);
  const byRelation = new Map<RelationFacts | undefined, Variable[]>();
  for (const variable of variables) {
    const list = byRelation.get(variable.relation) ?? [];
    byRelation.set(variable.relation, list);
    list.push(variable);
  }
  let groups = booleans;
  for (const [relation, own] of byRelation) groups *= groupsWithin(relation, own);
  return Math.min(rows, Math.max(1, Math.ceil(groups)));
}
