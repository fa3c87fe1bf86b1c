/** Target lists of SELECT and RETURNING (transformTargetList). */
import { fieldOf } from "./expression/field.ts";
import { type Expr, oids, procOf } from "@firstlight/sql";
import {
  asTag,
  fieldsOf,
  list,
  locationOf,
  optionalString,
  requiredChild,
  tagOf,
} from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { columnLabel } from "./column-label.ts";
import { bindError } from "./errors.ts";
import { columnName } from "./expression/column.ts";
import type { ExpressionKind } from "./expression-kind.ts";
import type { Scope } from "./scope.ts";
import { resolveUnknown } from "./sort-key.ts";
import { expandStar, type NamedExpr } from "./star.ts";
import { starFields } from "./pinned-fields.ts";
import { recordSource } from "./expression/record-source.ts";
import { recordColumns } from "./record-columns.ts";

const TARGETS_MAX = 1664;

/** A target entry while its query is bound. */
export interface OpenTarget {
  expr: Expr;
  readonly name: string;
  readonly junk: boolean;
}

/** (row).* : all fields of a composite value. */
function expandRow(scope: Scope, node: ParseNode): readonly NamedExpr[] | undefined {
  const parts = list(node, "indirection");
  const last = parts.at(-1);
  if (last === undefined || tagOf(last) !== "A_Star") return undefined;
  const arg = requiredChild(node, "arg");
  const inner = parts.slice(0, -1);
  const value =
    inner.length === 0
      ? scope.expr(arg)
      : scope.expr({ A_Indirection: { arg, indirection: inner } });
  const location = locationOf(fieldsOf(arg));
  const fields = starFields(scope.context, asTag(last, "A_Star") ?? {}, value, location);
  if (fields !== undefined) return fields;
  if (value.kind === "row") {
    return value.fields.map((expr, index) => ({
      name: value.names[index] ?? "",
      expr: fieldOf(value, index, expr, expr.position),
    }));
  }
  const columns =
    (value.kind === "call" ? recordColumns(procOf(value), value) : undefined) ??
    recordSource(scope, value);
  if (columns === undefined) {
    throw bindError("42809", "record type has not been registered", -1);
  }
  return columns.map(({ name, type, typmod }, field) => ({
    name,
    expr: {
      kind: "fieldSelect",
      type,
      typmod,
      position: location,
      arg: value,
      field,
      ...(value.type === oids.RECORD ? { name } : {}),
    },
  }));
}

function expansion(scope: Scope, node: ParseNode): readonly NamedExpr[] | undefined {
  const column = asTag(node, "ColumnRef");
  if (column !== undefined) {
    const name = columnName(column);
    return name.star ? expandStar(scope, name) : undefined;
  }
  const indirection = asTag(node, "A_Indirection");
  return indirection === undefined ? undefined : expandRow(scope, indirection);
}

export function bindTargets(
  scope: Scope,
  nodes: readonly ParseNode[],
  kind: ExpressionKind,
): OpenTarget[] {
  const targets: OpenTarget[] = [];
  const outer = scope.kind;
  scope.kind = kind;
  for (const node of nodes) {
    const fields = asTag(node, "ResTarget") ?? {};
    const value = requiredChild(fields, "val");
    const expanded = expansion(scope, value);
    if (expanded !== undefined) {
      for (const each of expanded) targets.push({ ...each, junk: false });
      continue;
    }
    const expr = scope.expr(value);
    const name = optionalString(fields, "name") ?? columnLabel(scope, value);
    targets.push({ expr, name, junk: false });
  }
  scope.kind = outer;
  if (targets.length > TARGETS_MAX) {
    throw bindError("54011", `target lists can have at most ${TARGETS_MAX} entries`, -1);
  }
  return targets;
}

/** Literals that nothing gave a type to become text. */
export function resolveUnknownTargets(scope: Scope, targets: readonly OpenTarget[]): void {
  for (const target of targets) target.expr = resolveUnknown(scope, target.expr);
}

/** RETURNING. */
export function bindReturning(scope: Scope, fields: ParseNode): readonly OpenTarget[] {
  const targets = bindTargets(scope, list(fields, "returningList"), "returning");
  resolveUnknownTargets(scope, targets);
  return targets;
}
