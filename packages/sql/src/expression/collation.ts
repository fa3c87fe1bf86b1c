/**
 * Which collation an expression has, and how it came by it: PostgreSQL's parse_collate.c. Nothing is
 * written into trees: columns and COLLATE clauses tell theirs, the rest follows from the children.
 */
import { SqlError } from "@firstlight/common";
import { baseTypeOid, typeRow } from "../catalog/type-catalog.ts";
import { definitionOf } from "../types/user/define-type.ts";
import { expressionLocation } from "./location.ts";
import type { Case, CollationName, Expr, Subscript } from "./tree.ts";
import { childrenOf } from "./walk.ts";

export const DEFAULT_COLLATION = 100;
export const C_COLLATION = 950;

/** In the order of precedence. */
const STRENGTH = { none: 0, implicit: 1, conflict: 2, explicit: 3 } as const;
type Strength = (typeof STRENGTH)[keyof typeof STRENGTH];

export interface CollationState {
  readonly strength: Strength;
  readonly collation: CollationName | undefined;
  readonly location: number;
  /** The other one of a conflict. */
  readonly other?: CollationName | undefined;
  readonly otherLocation?: number;
}

/** The first output column's collation of a subquery in an expression. */
export type QueryCollation = (query: object, column: number) => CollationName | undefined;

const NONE: CollationState = { strength: STRENGTH.none, collation: undefined, location: -1 };

/** What a column has whose collation could not be chosen. */
export const NO_COLLATION: CollationName = { oid: 0, name: "" };

const OF_TYPES: ReadonlyMap<number, CollationName> = new Map([
  [DEFAULT_COLLATION, { oid: DEFAULT_COLLATION, name: "default" }],
  [C_COLLATION, { oid: C_COLLATION, name: "C" }],
  [951, { oid: 951, name: "POSIX" }],
  [962, { oid: 962, name: "ucs_basic" }],
]);

/** The collation that values of the type have unless something says otherwise. */
export function collationOfType(type: number): CollationName | undefined {
  const row = typeRow(type);
  const oid = row?.collation ?? 0;
  return oid === 0 ? undefined : (row?.collationName ?? OF_TYPES.get(oid));
}

export function isCollatable(type: number): boolean {
  return (typeRow(type)?.collation ?? 0) !== 0;
}

function mismatch(kind: "implicit" | "explicit", a: string, b: string, at: number): SqlError {
  const text = `collation mismatch between ${kind} collations "${a}" and "${b}"`;
  const hint = `You can choose the collation by applying the COLLATE clause to one or both expressions.`;
  return new SqlError("42P21", text, {
    ...(kind === "implicit" ? { hint } : {}),
    ...(at < 0 ? {} : { position: at + 1 }),
  });
}

export function implicitMismatch(state: CollationState): SqlError {
  const { collation, other, otherLocation = -1 } = state;
  return mismatch("implicit", collation?.name ?? "", other?.name ?? "", otherLocation);
}

/** merge_collation_state */
function merged(context: CollationState, next: CollationState): CollationState {
  if (next.strength > context.strength) return next;
  if (next.strength < context.strength || next.collation?.oid === context.collation?.oid) {
    return context;
  }
  if (context.strength === STRENGTH.explicit) {
    const [a, b] = [context.collation?.name ?? "", next.collation?.name ?? ""];
    throw mismatch("explicit", a, b, next.location);
  }
  if (context.strength !== STRENGTH.implicit) return context;
  // A collation that is not the default one beats it.
  if (context.collation?.oid === DEFAULT_COLLATION) return next;
  if (next.collation?.oid === DEFAULT_COLLATION) return context;
  const { collation, location } = context;
  const conflict = { other: next.collation, otherLocation: next.location };
  return { strength: STRENGTH.conflict, collation, location, ...conflict };
}

function implicit(collation: CollationName | undefined, location: number): CollationState {
  return collation === undefined || collation.oid === 0
    ? NONE
    : { strength: STRENGTH.implicit, collation, location };
}

/** What functions called by the node use, over those of its children that contribute. */
export function inputCollation(expr: Expr, queries: QueryCollation): CollationState {
  let state = NONE;
  for (const child of contributing(expr, queries))
    state = merged(state, collationState(child, queries));
  if (expr.kind !== "subLink") return state;
  if (expr.link === "exists" || expr.link === "multiExpr") return state;
  return merged(state, implicit(queries(expr.query, 0), expr.position));
}

/** The others are derived on their own: their explicit collations must agree all the same. */
function contributing(expr: Expr, queries: QueryCollation): readonly Expr[] {
  const { own, apart } = partsOf(expr);
  for (const each of apart) collationState(each, queries);
  return own;
}

interface Parts {
  readonly own: readonly Expr[];
  readonly apart: readonly Expr[];
}

const NOTHING: readonly Expr[] = [];

const partsOfCase = (expr: Case): Parts => {
  const conditions = expr.whens.map((when) => when.condition);
  const own = [...expr.whens.map((when) => when.result), expr.otherwise];
  return { own, apart: expr.arg === undefined ? conditions : [expr.arg, ...conditions] };
};

const partsOfSubscript = ({ container, upper, lower = [] }: Subscript): Parts => {
  const apart = [...upper, ...lower].filter((each) => each !== undefined);
  return { own: [container], apart };
};

function partsOf(expr: Expr): Parts {
  if (expr.kind === "case") return partsOfCase(expr);
  if (expr.kind === "subscript") return partsOfSubscript(expr);
  if (expr.kind === "row") return { own: NOTHING, apart: expr.fields };
  if (expr.kind === "rowCompare" || expr.kind === "grouping") {
    return { own: NOTHING, apart: NOTHING };
  }
  if (expr.kind === "aggregate" || expr.kind === "window") {
    const filter = expr.filter === undefined ? NOTHING : [expr.filter];
    const direct = expr.kind === "aggregate" ? expr.directArgs : NOTHING;
    return { own: expr.args, apart: [...filter, ...direct] };
  }
  return { own: childrenOf(expr), apart: NOTHING };
}

const LEAVES: ReadonlySet<Expr["kind"]> = new Set([
  "const",
  "slot",
  "execParam",
  "default",
  "sqlValue",
]);

/** assign_collations_walker */
export function collationState(expr: Expr, queries: QueryCollation): CollationState {
  const { kind } = expr;
  if (kind === "var" || kind === "caseTest" || kind === "param") {
    return implicit(expr.collation ?? collationOfType(expr.type), expr.position);
  }
  if (LEAVES.has(kind)) return implicit(collationOfType(expr.type), expr.position);
  return derived(expr, queries);
}

function derived(expr: Expr, queries: QueryCollation): CollationState {
  const input = inputCollation(expr, queries);
  if (expr.kind === "relabel" && expr.collate !== undefined) {
    const { position: location, ...collation } = expr.collate;
    return { strength: STRENGTH.explicit, collation, location };
  }
  if (expr.kind === "rowCompare") checkRows(expr, queries);
  if (expr.kind === "aggregate") checkOrder(expr, queries);
  const own = attributeCollation(expr) ?? collationOfType(expr.type);
  if (own === undefined) return NONE;
  const declares = expr.kind === "fieldSelect" || expr.kind === "coerceToDomain";
  if (declares && (expr.kind === "fieldSelect" || own.oid !== DEFAULT_COLLATION)) {
    return implicit(own, expressionLocation(expr));
  }
  return input.strength === STRENGTH.none ? implicit(own, expressionLocation(expr)) : input;
}

/** A field's own, of a named composite type. */
function attributeCollation(expr: Expr): CollationName | undefined {
  if (expr.kind !== "fieldSelect") return undefined;
  const definition = definitionOf(baseTypeOid(expr.arg.type));
  if (definition?.kind !== "composite") return undefined;
  return definition.attributes[expr.field]?.collation;
}

function checkRows(
  { left, right }: Extract<Expr, { kind: "rowCompare" }>,
  queries: QueryCollation,
): void {
  left.forEach((expr, at) => {
    const other = right[at];
    if (other !== undefined) merged(collationState(expr, queries), collationState(other, queries));
  });
}

/** What an aggregate sorts by is chosen for each key. */
function checkOrder(
  { orderBy }: Extract<Expr, { kind: "aggregate" }>,
  queries: QueryCollation,
): void {
  for (const { expr } of orderBy) {
    const state = collationState(expr, queries);
    if (isConflict(state)) throw implicitMismatch(state);
  }
}

/** exprCollation: undefined if there is none, or none could be chosen. */
export function exprCollation(expr: Expr, queries: QueryCollation): CollationName | undefined {
  const state = collationState(expr, queries);
  return isConflict(state) ? undefined : state.collation;
}

export function isConflict({ strength }: CollationState): boolean {
  return strength === STRENGTH.conflict;
}

/** select_common_collation: of UNION's columns, and of a JOIN's. */
export function commonCollation(exprs: readonly Expr[], queries: QueryCollation): CollationState {
  return exprs.reduce((state, expr) => merged(state, collationState(expr, queries)), NONE);
}
