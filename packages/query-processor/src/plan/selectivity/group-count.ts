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

/** What one key makes of the number of groups. */
interface Key {
  /** It is a boolean, and nothing more. */
  readonly isBoolean: boolean;
  readonly variables: readonly (readonly [string, Variable])[];
}

function keyFacts(estimation: Estimation, key: Expr): Key {
  const plain = unlabelled(key);
  if (plain.kind === "var") return columnsKey(estimation, [plain]);
  if (plain.type === BOOL) return { isBoolean: true, variables: [] };
  const whole = variableOf(estimation, plain);
  if (whole.statistics === undefined) return columnsKey(estimation, columnsIn(plain));
  return { isBoolean: false, variables: [[exprKey(plain), whole]] };
}

function columnsKey(estimation: Estimation, columns: readonly Expr[]): Key {
  const variables = columns.map(
    (column) => [exprKey(column), variableOf(estimation, column)] as const,
  );
  return { isBoolean: false, variables };
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

/** For several sets of the same keys. */
export class GroupCounter {
  readonly #keys: readonly Key[];
  readonly #rows: number;

  constructor(estimation: Estimation, keys: readonly Expr[], inputRows: number) {
    this.#keys = keys.map((key) => keyFacts(estimation, key));
    this.#rows = Math.max(1, Math.round(inputRows));
  }

  /** Of all keys, or of those at these places. */
  count(places?: readonly number[]): number {
    const keys = places === undefined ? this.#keys : places.map((at) => this.#keys[at]);
    const variables = new Map<string, Variable>();
    let groups = 1;
    for (const key of keys) {
      if (key?.isBoolean === true) groups *= 2;
      for (const [name, variable] of key?.variables ?? []) variables.set(name, variable);
    }
    for (const [relation, own] of byRelation(variables.values())) {
      groups *= groupsWithin(relation, own);
    }
    return Math.min(this.#rows, Math.max(1, Math.ceil(groups)));
  }
}

function byRelation(variables: Iterable<Variable>): Map<RelationFacts | undefined, Variable[]> {
  const lists = new Map<RelationFacts | undefined, Variable[]>();
  for (const variable of variables) {
    const list = lists.get(variable.relation) ?? [];
    lists.set(variable.relation, list);
    list.push(variable);
  }
  return lists;
}

export function groupCount(
  estimation: Estimation,
  keys: readonly Expr[],
  inputRows: number,
): number {
  return new GroupCounter(estimation, keys, inputRows).count();
}
