/**
 * Whether one comparison with a constant follows from another one by the order of values
 * (operator_predicate_proof of PostgreSQL's predtest.c): x > 7 says that x > 5 and x <> 3. The
 * constants may be of different types, as long as one family of operators orders them.
 */
import type { Expr } from "@firstlight/sql";
import { btreeStrategies, familyOperator, foldConstants, operatorByOid } from "@firstlight/sql";
import { exprKey, someNode } from "./expression-map.ts";

const LESS = 1;
const LESS_EQUAL = 2;
const EQUAL = 3;
const GREATER_EQUAL = 4;
const GREATER = 5;
/** By its negator, which is in the family. */
const NOT_EQUAL = 6;
const BOOL = 16;

const COMMUTED: readonly number[] = [0, GREATER, GREATER_EQUAL, EQUAL, LESS_EQUAL, LESS, NOT_EQUAL];

/** By what is given and what is wanted: how the wanted constant must compare with the given one; 0: there is no proof. */
const TESTS: Readonly<Record<number, readonly number[]>> = {
  [LESS]: [0, GREATER_EQUAL, GREATER_EQUAL, 0, 0, 0, GREATER_EQUAL],
  [LESS_EQUAL]: [0, GREATER, GREATER_EQUAL, 0, 0, 0, GREATER],
  [EQUAL]: [0, GREATER, GREATER_EQUAL, EQUAL, LESS_EQUAL, LESS, NOT_EQUAL],
  [GREATER_EQUAL]: [0, 0, 0, 0, LESS_EQUAL, LESS, LESS],
  [GREATER]: [0, 0, 0, 0, LESS_EQUAL, LESS_EQUAL, LESS_EQUAL],
  [NOT_EQUAL]: [0, 0, 0, 0, 0, 0, EQUAL],
};

/** Of the same two operands: which comparisons follow. */
const SAME_OPERANDS: Readonly<Record<number, readonly number[]>> = {
  [LESS]: [LESS, LESS_EQUAL, NOT_EQUAL],
  [LESS_EQUAL]: [LESS_EQUAL],
  [EQUAL]: [LESS_EQUAL, EQUAL, GREATER_EQUAL],
  [GREATER_EQUAL]: [GREATER_EQUAL],
  [GREATER]: [GREATER_EQUAL, GREATER, NOT_EQUAL],
  [NOT_EQUAL]: [NOT_EQUAL],
};

type Constant = Extract<Expr, { kind: "const" }>;

interface Meaning {
  readonly strategy: number;
  readonly family: number;
  readonly left: number;
  readonly right: number;
}

interface Comparison extends Meaning {
  readonly subject: string;
  /** Undefined: it is no constant. */
  readonly constant: Constant | undefined;
  readonly other: string;
  readonly isPlain: boolean;
}

function meaningsOf(operator: number): readonly Meaning[] {
  const own = btreeStrategies(operator);
  if (own.length > 0) return own;
  const opposite = operatorByOid(operator)?.negator ?? 0;
  return btreeStrategies(opposite)
    .filter(({ strategy }) => strategy === EQUAL)
    .map((each) => ({ ...each, strategy: NOT_EQUAL }));
}

function isCollated(expr: Expr): boolean {
  return someNode(
    expr,
    (node) =>
      (node.kind === "relabel" && node.collate !== undefined) ||
      ("collation" in node && node.collation !== undefined),
  );
}

/** With a constant on the right if there is one. */
function comparisonsOf(expr: Expr): readonly Comparison[] {
  if (expr.kind !== "call" || expr.operator === 0) return [];
  const [first, second] = expr.args;
  if (first === undefined || second === undefined) return [];
  if (someNode(expr, (node) => node.kind === "subLink")) return [];
  const isSwapped = first.kind === "const" && second.kind !== "const";
  const [left, right] = isSwapped ? [second, first] : [first, second];
  const constant = right.kind === "const" && right.value !== null ? right : undefined;
  const isPlain = !isCollated(expr);
  return meaningsOf(expr.operator).map((meaning) => ({
    ...(isSwapped ? commuted(meaning) : meaning),
    subject: exprKey(left),
    constant,
    other: exprKey(right),
    isPlain,
  }));
}

function commuted({ strategy, family, left, right }: Meaning): Meaning {
  return { strategy: COMMUTED[strategy] ?? 0, family, left: right, right: left };
}

function holds(
  strategy: number,
  wanted: Comparison,
  given: Comparison,
  [left, right]: readonly [Constant, Constant],
): boolean {
  const isEqual = strategy === NOT_EQUAL ? EQUAL : strategy;
  const operator = familyOperator(wanted.family, wanted.right, given.right, isEqual);
  const proc = operatorByOid(operator)?.proc;
  if (proc === undefined) return false;
  const base = { type: BOOL, typmod: -1, position: -1 } as const;
  const args = [left, right];
  const test = foldConstants({ kind: "call", display: "operator", proc, operator, args, ...base });
  return test.kind === "const" && test.value === (strategy !== NOT_EQUAL);
}

function follows(given: Comparison, wanted: Comparison): boolean {
  if (given.family !== wanted.family || given.subject !== wanted.subject) return false;
  if (given.constant === undefined || wanted.constant === undefined) {
    return (
      given.other === wanted.other &&
      (SAME_OPERANDS[given.strategy]?.includes(wanted.strategy) ?? false)
    );
  }
  const strategy = TESTS[given.strategy]?.[wanted.strategy] ?? 0;
  if (strategy === 0) return false;
  // What another collation says of their order is not known here.
  if (strategy !== EQUAL && !(given.isPlain && wanted.isPlain)) return false;
  return holds(strategy, wanted, given, [wanted.constant, given.constant]);
}

/** The same with its operands exchanged: a < b is b > a. */
function turned(comparison: Comparison): Comparison {
  if (comparison.constant !== undefined) return comparison;
  const { subject, other } = comparison;
  return { ...comparison, ...commuted(comparison), subject: other, other: subject };
}

export function orderImplies(given: Expr, wanted: Expr): boolean {
  const known = comparisonsOf(given);
  if (known.length === 0) return false;
  return comparisonsOf(wanted).some((each) =>
    known.some((one) => follows(one, each) || follows(turned(one), each)),
  );
}
