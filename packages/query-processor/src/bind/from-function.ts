/** Functions in FROM: ROWS FROM, WITH ORDINALITY, column definition lists (transformRangeFunction). */
import { type Expr, oids, procOf } from "@firstlight/sql";
import {
  asTag,
  child,
  fieldsOf,
  flag,
  items,
  list,
  locationOf,
  names,
  requiredChild,
  string,
} from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { resolveTypeName } from "../parse/type-name.ts";
import { functionLabel } from "./column-label.ts";
import { addVisible, type Alias, aliasOf, renameLive, writtenAs } from "./entries.ts";
import { bindError } from "./errors.ts";
import { setCallWithin } from "./expression/set-returning.ts";
import type { OutputColumn, RangeTableEntry } from "./query-tree.ts";
import { compositeColumns } from "./composite-columns.ts";
import { ownCollation } from "./output-columns.ts";
import { pinOf } from "./pins.ts";
import { recordColumns } from "./record-columns.ts";
import { CalledRoutine } from "./routine/called-routine.ts";
import type { NamespaceItem, Scope } from "./scope.ts";

type FunctionEntry = RangeTableEntry & { readonly kind: "function" };
type CalledFunction = FunctionEntry["functions"][number];

interface Written {
  readonly node: ParseNode;
  readonly definitions: readonly ParseNode[];
}

/** unnest(a, b) in FROM means ROWS FROM(unnest(a), unnest(b)). */
function splitUnnest(written: Written): readonly Written[] {
  const call = asTag(written.node, "FuncCall");
  const parts = call === undefined ? [] : names(call, "funcname");
  const args = call === undefined ? [] : list(call, "args");
  const plain = call !== undefined && !flag(call, "func_variadic") && !flag(call, "agg_star");
  if (!plain || parts.at(-1) !== "unnest" || args.length < 2) return [written];
  return args.map((arg) => ({
    node: {
      FuncCall: {
        ...call,
        funcname: [{ String: { sval: "pg_catalog" } }, { String: { sval: "unnest" } }],
        args: [arg],
      },
    },
    definitions: [],
  }));
}

function writtenFunctions(fields: ParseNode): readonly Written[] {
  const whole = list(fields, "coldeflist");
  return list(fields, "functions").flatMap((pair) => {
    const [node, definitions] = items(pair);
    if (node === undefined) return [];
    const own = items(definitions);
    return splitUnnest({ node, definitions: own.length > 0 ? own : whole });
  });
}

function definedColumns(scope: Scope, nodes: readonly ParseNode[]): readonly OutputColumn[] {
  const { catalog, searchPath } = scope.context;
  return nodes.map((node) => {
    const fields = asTag(node, "ColumnDef") ?? {};
    const typeName = requiredChild(fields, "typeName");
    return { name: string(fields, "colname"), ...resolveTypeName(typeName, catalog, searchPath) };
  });
}

function refuseRepeated(columns: readonly OutputColumn[]): void {
  const names = columns.map((column) => column.name);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated === undefined) return;
  throw bindError("42701", `column name "${repeated}" specified more than once`, -1);
}

/** The column name of a function that yields one value. */
function scalarName(scope: Scope, node: ParseNode, call: Expr, alias: Alias | undefined): string {
  if (call.kind === "call") {
    const { argModes, argNames } = procOf(call);
    const outs = (argModes ?? []).flatMap((mode, index) =>
      mode === "o" || mode === "b" || mode === "t" ? [argNames?.[index] ?? ""] : [],
    );
    const [only] = outs;
    if (outs.length === 1 && only !== undefined && only !== "") return only;
  }
  return alias?.name ?? functionLabel(scope, node);
}

function attributeNumber(column: OutputColumn, index: number): number {
  return "number" in column && typeof column.number === "number" ? column.number : index + 1;
}

/** A stored query sees the columns that the function's rows had when it was stored. */
function pinnedOutputs(
  scope: Scope,
  node: ParseNode,
  columns: readonly OutputColumn[],
): readonly OutputColumn[] {
  const fields = fieldsOf(node);
  const numbers = columns.map(attributeNumber);
  scope.context.pins?.set(fields, {
    oid: 0,
    schema: "",
    name: "",
    columns: columns.map((column, at) => [numbers[at] ?? 0, column.name]),
  });
  const pinned = pinOf(fields);
  if (pinned === undefined) return columns;
  const gone = pinned.columns.find(([number]) => !numbers.includes(number));
  if (gone !== undefined) {
    throw bindError("42703", `attribute ${gone[0]} of type record has been dropped`, -1);
  }
  const names = new Map(pinned.columns);
  return columns.map((column, at) => ({ ...column, name: names.get(numbers[at] ?? 0) ?? "" }));
}

function columnsOf(
  scope: Scope,
  { node, definitions }: Written,
  call: Expr,
  alias: Alias | undefined,
): CalledFunction {
  const own =
    compositeColumns(call.type) ??
    (call.kind === "call" ? recordColumns(procOf(call), call) : undefined);
  const [first] = definitions;
  const location = first === undefined ? call.position : locationOf(fieldsOf(first));
  if (definitions.length > 0) {
    if (own !== undefined) {
      throw bindError(
        "42601",
        call.type === oids.RECORD
          ? "a column definition list is redundant for a function with OUT parameters"
          : "a column definition list is redundant for a function returning a named composite type",
        location,
      );
    }
    if (call.type !== oids.RECORD) {
      throw bindError(
        "42601",
        'a column definition list is only allowed for functions returning "record"',
        location,
      );
    }
    const columns = definedColumns(scope, definitions);
    refuseRepeated(columns);
    return { call: defining(call, columns), columns, record: true, defined: true };
  }
  if (own !== undefined) return { call, columns: pinnedOutputs(scope, node, own), record: true };
  if (call.type === oids.RECORD) {
    throw bindError(
      "42601",
      'a column definition list is required for functions returning "record"',
      location,
    );
  }
  const name = scalarName(scope, node, call, alias);
  const { type, typmod } = call;
  const column = { name, type, typmod, ...(scope.context.collates.used ? ownCollation(call) : {}) };
  return { call, columns: [column], record: false };
}

/** What a user's function yields is checked against the definition. */
function defining(call: Expr, columns: readonly OutputColumn[]): Expr {
  if (call.kind !== "call" || !(call.routine instanceof CalledRoutine)) return call;
  return { ...call, routine: call.routine.defining(columns) };
}

/** A set is an item of FROM, and no argument of one. */
function refuseInnerSets(call: Expr): void {
  const inner = setCallWithin(call);
  if (inner === undefined) return;
  const message = "set-returning functions must appear at top level of FROM";
  throw bindError("0A000", message, inner.position);
}

/** A function may always refer to items on its left, LATERAL or not. */
function bindCalls(
  scope: Scope,
  written: readonly Written[],
  alias: Alias | undefined,
): readonly CalledFunction[] {
  const outer = scope.lateralActive;
  scope.lateralActive = true;
  const functions = written.map((each) => {
    const call = scope.expr(each.node, "fromFunction");
    refuseInnerSets(call);
    return columnsOf(scope, each, call, written.length === 1 ? alias : undefined);
  });
  scope.lateralActive = outer;
  return functions;
}

export function functionItem(scope: Scope, fields: ParseNode): NamespaceItem {
  const alias = aliasOf(child(fields, "alias"));
  const written = writtenFunctions(fields);
  const functions = bindCalls(scope, written, alias);
  const ordinality = flag(fields, "ordinality");
  const first = written[0];
  const name = alias?.name ?? (first === undefined ? "" : functionLabel(scope, first.node));
  const own = functions.flatMap((each) => each.columns);
  if (ordinality) {
    if (list(fields, "coldeflist").length > 0) {
      throw bindError(
        "42601",
        "WITH ORDINALITY cannot be used with a column definition list",
        locationOf(fields),
      );
    }
  }
  const all = ordinality ? [...own, { name: "ordinality", type: oids.INT8, typmod: -1 }] : own;
  const columns = renameLive(all, alias, name);
  const item = addVisible(
    scope,
    {
      kind: "function",
      alias: name,
      columns,
      lateral: true,
      functions,
      ordinality,
      ...(flag(fields, "lateral") ? { explicitLateral: true as const } : {}),
      ...writtenAs(alias),
    },
    { explicitAlias: alias !== undefined, relation: 0, unnamedJoin: false },
  );
  const scalar = functions.length === 1 && functions[0]?.record === false && !ordinality;
  return scalar ? { ...item, scalarFunction: true } : item;
}
