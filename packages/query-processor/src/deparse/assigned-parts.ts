/**
 * Assignments to parts of columns as they were written: the bound form of `p.x = 1, p.y = 2` is one
 * value of p with the parts changed one inside the other (processIndirection).
 */
import { baseTypeOid, definitionOf, type Expr, quoteIdentifier, visitExpr } from "@firstlight/sql";

type Store = Extract<Expr, { kind: "fieldStore" | "subscript" }>;

/** What is assigned, and where it goes within the column: `.x`, `[1]`; empty for all of it. */
export interface AssignedPart {
  readonly path: string;
  readonly value: Expr;
}

function storeOf(expr: Expr): Store | undefined {
  if (expr.kind === "coerceToDomain") return storeOf(expr.arg);
  const isStore =
    expr.kind === "fieldStore" || (expr.kind === "subscript" && expr.value !== undefined);
  return isStore ? expr : undefined;
}

function fieldText(type: number, field: number): string {
  const definition = definitionOf(baseTypeOid(type));
  const attributes = definition?.kind === "composite" ? definition.attributes : [];
  return `.${quoteIdentifier(attributes[field]?.name ?? "")}`;
}

function subscripts(
  { upper, lower }: Extract<Store, { kind: "subscript" }>,
  print: (expr: Expr) => string,
): string {
  const bound = (expr: Expr | undefined): string => (expr === undefined ? "" : print(expr));
  return upper
    .map((each, at) => (lower === undefined ? bound(each) : `${bound(lower[at])}:${bound(each)}`))
    .map((text) => `[${text}]`)
    .join("");
}

/** Follows one assignment inwards. */
function partOf(store: Store, print: (expr: Expr) => string): AssignedPart {
  const [value, step] =
    store.kind === "fieldStore"
      ? [store.values[0], fieldText(store.type, store.fields[0] ?? 0)]
      : [store.value, subscripts(store, print)];
  if (value === undefined) throw new Error("an assignment has a value");
  const inner = storeOf(value);
  if (inner === undefined) return { path: step, value };
  const { path, value: innermost } = partOf(inner, print);
  return { path: step + path, value: innermost };
}

/** In the order in which they were written. */
export function assignedParts(expr: Expr, print: (expr: Expr) => string): AssignedPart[] {
  const parts: AssignedPart[] = [];
  let store = storeOf(expr);
  if (store === undefined) return [{ path: "", value: expr }];
  while (store !== undefined) {
    parts.unshift(partOf(store, print));
    store = storeOf(store.kind === "fieldStore" ? store.arg : store.container);
  }
  return parts;
}

/** The subquery of SET (a, b) = (SELECT ...) that the value of one of the columns is a field of. */
export function sharedSubquery(expr: Expr | undefined): Expr | undefined {
  let found: Expr | undefined;
  if (expr === undefined) return undefined;
  visitExpr(expr, (each) => {
    if (each.kind === "subLink" && each.link === "multiExpr") found ??= each;
  });
  return found;
}
