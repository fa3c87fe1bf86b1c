/** Window definitions: WINDOW, OVER (...), inheritance and frames (transformWindowDefinitions). */
import {
  canCoerceType,
  coerceToSpecificType,
  type Expr,
  expressionLocation,
  formatType,
  inRangeProcs,
  oids,
  requireEquality,
  type SortKey,
  typeOrdering,
} from "@firstlight/sql";
import { asTag, child, int, list, locationOf, optionalString, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { collatedKey } from "./collate.ts";
import { bindError } from "./errors.ts";
import type { FrameBound, WindowClause } from "./query-tree.ts";
import type { OpenWindow, Scope } from "./scope.ts";
import { resolveUnknown, sortKey } from "./sort-key.ts";
import { sameExpr } from "./walk.ts";
import { refuseVariables } from "./refuse-variables.ts";

/** Frame option bits of nodes/parsenodes.h. */
const FRAME = {
  nonDefault: 0x1,
  range: 0x2,
  rows: 0x4,
  groups: 0x8,
  between: 0x10,
  startUnboundedPreceding: 0x20,
  endUnboundedFollowing: 0x100,
  startCurrentRow: 0x200,
  endCurrentRow: 0x400,
  startOffsetPreceding: 0x800,
  endOffsetPreceding: 0x1000,
  startOffsetFollowing: 0x2000,
  endOffsetFollowing: 0x4000,
  excludeCurrentRow: 0x8000,
  excludeGroup: 0x10000,
  excludeTies: 0x20000,
} as const;

type FrameMode = WindowClause["frame"]["mode"];

function modeOf(options: number): FrameMode {
  if ((options & FRAME.rows) !== 0) return "rows";
  return (options & FRAME.groups) !== 0 ? "groups" : "range";
}

function exclusionOf(options: number): WindowClause["frame"]["exclusion"] {
  if ((options & FRAME.excludeCurrentRow) !== 0) return "currentRow";
  if ((options & FRAME.excludeGroup) !== 0) return "group";
  return (options & FRAME.excludeTies) !== 0 ? "ties" : "none";
}

const KIND_OF_MODE = { rows: "windowRows", groups: "windowGroups", range: "windowRange" } as const;

/** The offset's type is that of one of the sort column's in_range functions. */
function rangeOffsetType(sortType: number, offset: Expr): number {
  const types = [...inRangeProcs(sortType).keys()];
  const location = expressionLocation(offset);
  const type = formatType(typeOrdering(sortType)?.inputType ?? sortType);
  const column = `RANGE with offset PRECEDING/FOLLOWING is not supported for column type ${type}`;
  if (types.length === 0) throw bindError("0A000", column, location);
  const preferred = offset.type === oids.UNKNOWN ? sortType : offset.type;
  const matches = types.filter((type) => canCoerceType(offset.type, type, "implicit"));
  const [first] = matches;
  if (first === undefined) {
    throw bindError("0A000", `${column} and offset type ${formatType(offset.type)}`, location, {
      hint: "Cast the offset value to an appropriate type.",
    });
  }
  if (matches.includes(preferred)) return preferred;
  if (matches.length === 1) return first;
  throw bindError(
    "0A000",
    `RANGE with offset PRECEDING/FOLLOWING has multiple interpretations for column type ${type} and offset type ${formatType(offset.type)}`,
    location,
    { hint: "Cast the offset value to the exact intended type." },
  );
}

function checkRangeOrder(orderBy: readonly SortKey[], location: number): SortKey {
  const [key] = orderBy;
  if (key === undefined || orderBy.length !== 1) {
    throw bindError(
      "42P20",
      "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column",
      location,
    );
  }
  return key;
}

function frameOffset(
  scope: Scope,
  node: ParseNode,
  mode: FrameMode,
  orderBy: readonly SortKey[],
  location: number,
): Expr {
  const { resolve } = scope.context;
  const bound = scope.expr(node, KIND_OF_MODE[mode]);
  const construct = mode.toUpperCase();
  const type =
    mode === "range"
      ? rangeOffsetType(checkRangeOrder(orderBy, location).expr.type, bound)
      : oids.INT8;
  const coerced = coerceToSpecificType(resolve, bound, type, construct);
  refuseVariables(coerced, construct);
  return coerced;
}

function writtenFrame(options: number): "default" | "start" | "between" {
  if ((options & FRAME.nonDefault) === 0) return "default";
  return (options & FRAME.between) === 0 ? "start" : "between";
}

function frameOf(
  scope: Scope,
  fields: ParseNode,
  orderBy: readonly SortKey[],
): WindowClause["frame"] {
  const options = int(fields, "frameOptions");
  const mode = modeOf(options);
  const location = locationOf(fields);
  if (mode === "groups" && orderBy.length === 0) {
    throw bindError("42P20", "GROUPS mode requires an ORDER BY clause", location);
  }
  const offset = (field: string): Expr => {
    const node = child(fields, field);
    if (node === undefined) throw new Error(`frame has no ${field}`);
    return frameOffset(scope, node, mode, orderBy, location);
  };
  const has = (bit: number): boolean => (options & bit) !== 0;
  let start: FrameBound = { kind: "unboundedPreceding" };
  if (has(FRAME.startCurrentRow)) start = { kind: "currentRow" };
  if (has(FRAME.startOffsetPreceding)) start = { kind: "preceding", offset: offset("startOffset") };
  if (has(FRAME.startOffsetFollowing)) start = { kind: "following", offset: offset("startOffset") };
  let end: FrameBound = { kind: "currentRow" };
  if (has(FRAME.endUnboundedFollowing)) end = { kind: "unboundedFollowing" };
  if (has(FRAME.endOffsetPreceding)) end = { kind: "preceding", offset: offset("endOffset") };
  if (has(FRAME.endOffsetFollowing)) end = { kind: "following", offset: offset("endOffset") };
  return { mode, start, end, exclusion: exclusionOf(options), written: writtenFrame(options) };
}

function namedWindow(scope: Scope, name: string, location: number): OpenWindow {
  const found = scope.windows.find((window) => window.name === name);
  if (found !== undefined) return found;
  throw bindError("42704", `window "${name}" does not exist`, location);
}

function checkInheritance(base: OpenWindow, fields: ParseNode, name: string): void {
  const location = locationOf(fields);
  if (list(fields, "partitionClause").length > 0) {
    throw bindError("42P20", `cannot override PARTITION BY clause of window "${name}"`, location);
  }
  if (list(fields, "orderClause").length > 0 && base.clause.orderBy.length > 0) {
    throw bindError("42P20", `cannot override ORDER BY clause of window "${name}"`, location);
  }
  if (!base.hasFrame) return;
  const hasOwn =
    list(fields, "orderClause").length > 0 ||
    (int(fields, "frameOptions") & FRAME.nonDefault) !== 0;
  throw bindError(
    "42P20",
    `cannot copy window "${name}" because it has a frame clause`,
    location,
    hasOwn ? {} : { hint: "Omit the parentheses in this OVER clause." },
  );
}

function collated(scope: Scope, key: SortKey): SortKey {
  return scope.context.collates.icu ? { ...key, expr: collatedKey(key.expr) } : key;
}

function clauseOf(scope: Scope, fields: ParseNode): WindowClause {
  const refname = optionalString(fields, "refname");
  const base = refname === undefined ? undefined : namedWindow(scope, refname, locationOf(fields));
  if (base !== undefined && refname !== undefined) checkInheritance(base, fields, refname);
  const partitionBy = list(fields, "partitionClause").map((node) => {
    const expr = resolveUnknown(scope, scope.expr(node, "windowPartition"));
    requireEquality(expr.type, expr.position);
    return expr;
  });
  const orderBy = list(fields, "orderClause").map((node) =>
    collated(
      scope,
      sortKey(scope, node, (inner) => scope.expr(inner, "windowOrder")),
    ),
  );
  const effectiveOrder = orderBy.length > 0 ? orderBy : (base?.clause.orderBy ?? []);
  return {
    partitionBy: base === undefined ? partitionBy : base.clause.partitionBy,
    orderBy: effectiveOrder,
    frame: frameOf(scope, fields, effectiveOrder),
    ...(refname === undefined ? {} : { base: { name: refname, ordered: orderBy.length === 0 } }),
  };
}

function open(scope: Scope, fields: ParseNode, name: string | undefined): number {
  const clause = { ...clauseOf(scope, fields), ...(name === undefined ? {} : { name }) };
  const hasFrame = (int(fields, "frameOptions") & FRAME.nonDefault) !== 0;
  if (name === undefined) {
    const same = scope.windows.findIndex((window) => sameExpr(window.clause, clause));
    if (same >= 0) return same;
  }
  scope.windows.push({ name, clause, hasFrame });
  return scope.windows.length - 1;
}

/** The WINDOW clause; must be seen before the target list. */
export function defineWindows(scope: Scope, nodes: readonly ParseNode[]): void {
  for (const node of nodes) {
    const fields = asTag(node, "WindowDef") ?? {};
    const name = string(fields, "name");
    if (scope.windows.some((window) => window.name === name)) {
      throw bindError("42P20", `window "${name}" is already defined`, locationOf(fields));
    }
    open(scope, fields, name);
  }
}

/** The window of an OVER clause, as an index into the query's windows. */
export function windowIndex(scope: Scope, over: ParseNode): number {
  const name = optionalString(over, "name");
  if (name === undefined) return open(scope, over, undefined);
  return scope.windows.indexOf(namedWindow(scope, name, locationOf(over)));
}
