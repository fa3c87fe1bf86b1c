/**
 * JSON_OBJECT, JSON_ARRAY, JSON_OBJECTAGG, JSON_ARRAYAGG and IS JSON (transformJsonObjectConstructor
 * and its neighbours in parse_expr.c). The aggregates become calls of json_object_agg and its kin.
 */
import {
  coerce,
  type Expr,
  formatType,
  coerceToSpecificType,
  oids,
  resolveFunction,
  typeRow,
} from "@firstlight/sql";
import {
  asTag,
  child,
  fieldsOf,
  flag,
  list,
  locationOf,
  requiredChild,
  string,
} from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { resolveTypeName } from "../../parse/type-name.ts";
import { bindError } from "../errors.ts";
import type { Scope } from "../scope.ts";
import { makeAggregate } from "./aggregate.ts";
import { makeWindowCall } from "./window-call.ts";

interface Returning {
  readonly type: number;
  readonly typmod: number;
  readonly isBinary: boolean;
  readonly location: number;
}

interface Format {
  readonly isDefault: boolean;
  readonly encoding: string;
  readonly location: number;
}

function formatOf(fields: ParseNode): Format {
  const format = child(fields, "format") ?? {};
  return {
    isDefault: string(format, "format_type") === "JS_FORMAT_DEFAULT" || !("format_type" in format),
    encoding: string(format, "encoding"),
    location: "location" in format ? locationOf(format) : -1,
  };
}

function hasEncoding({ encoding }: Format): boolean {
  return encoding !== "" && encoding !== "JS_ENC_DEFAULT";
}

function checkEncoding({ encoding, location }: Format): void {
  if (encoding === "" || encoding === "JS_ENC_DEFAULT" || encoding === "JS_ENC_UTF8") return;
  throw bindError("0A000", "unsupported JSON encoding", location, {
    hint: "Only UTF8 JSON encoding is supported.",
  });
}

/** A bytea holds JSON text; an encoding that is not UTF-8 is refused when it is read. */
function textOfBytes(scope: Scope, arg: Expr, format: Format): Expr {
  const name = hasEncoding(format) ? format.encoding.replace("JS_ENC_", "") : "UTF8";
  return callOf(scope, "convert_from", [arg, textConst(name)]);
}

function textConst(value: string): Expr {
  return { kind: "const", type: oids.UNKNOWN, typmod: -1, position: -1, value };
}

function callOf(scope: Scope, name: string, args: readonly Expr[]): Expr {
  const resolved = resolveFunction(scope.context.resolve, {
    names: ["pg_catalog", name],
    args,
    variadic: false,
    star: false,
    distinct: false,
    ordered: false,
    withinGroup: false,
    filtered: false,
    over: false,
    position: -1,
  });
  if (resolved.kind === "expr") return resolved.expr;
  return {
    kind: "call",
    type: resolved.type,
    typmod: -1,
    position: -1,
    proc: resolved.proc.oid,
    args: resolved.args,
    display: "function",
    operator: 0,
  };
}

/** A value of a constructor: FORMAT JSON makes JSON of a text. */
function jsonValue(scope: Scope, fields: ParseNode, construct: string): Expr {
  const raw = scope.expr(requiredChild(fields, "raw_expr"));
  const { resolve } = scope.context;
  const expr =
    raw.type === oids.UNKNOWN ? coerceToSpecificType(resolve, raw, oids.TEXT, construct) : raw;
  const format = formatOf(fields);
  if (format.isDefault) return expr;
  if (hasEncoding(format) && expr.type !== oids.BYTEA) {
    throw bindError(
      "42804",
      "JSON ENCODING clause is only allowed for bytea input type",
      format.location,
    );
  }
  if (expr.type === oids.JSON_TYPE || expr.type === oids.JSONB) return expr;
  if (expr.type !== oids.BYTEA && typeRow(expr.type)?.category !== "S") {
    throw bindError(
      "42804",
      "cannot use non-string types with explicit FORMAT JSON clause",
      format.location,
    );
  }
  const text = expr.type === oids.BYTEA ? textOfBytes(scope, expr, format) : expr;
  const formatted = coerce(resolve, text, oids.JSON_TYPE, -1, "explicit");
  return formatted ?? callOf(scope, "to_json", [text]);
}

function checkOutputFormat(format: Format, type: number): void {
  if (hasEncoding(format) && type !== oids.BYTEA) {
    throw bindError(
      "0A000",
      "cannot set JSON encoding for non-bytea output types",
      format.location,
    );
  }
  checkEncoding(format);
}

/** Without RETURNING it is jsonb if a value is. */
function returningOf(scope: Scope, fields: ParseNode, args: readonly Expr[]): Returning {
  const output = child(fields, "output");
  const typeName = output && child(output, "typeName");
  if (output === undefined || typeName === undefined) {
    const isBinary = args.some((arg) => arg.type === oids.JSONB);
    return { type: isBinary ? oids.JSONB : oids.JSON_TYPE, typmod: -1, isBinary, location: -1 };
  }
  const { context } = scope;
  const { type, typmod } = resolveTypeName(typeName, context.catalog, context.searchPath);
  if (flag(typeName, "setof")) {
    throw bindError("0A000", "returning SETOF types is not supported in SQL/JSON functions", -1);
  }
  const format = formatOf(child(output, "returning") ?? {});
  if (!format.isDefault) checkOutputFormat(format, type);
  return {
    type,
    typmod,
    isBinary: type === oids.JSONB && format.isDefault,
    location: format.location,
  };
}

/** From json or jsonb to the type that RETURNING names. */
function returned(scope: Scope, expr: Expr, returning: Returning): Expr {
  if (expr.type === returning.type) return expr;
  const { resolve } = scope.context;
  if (returning.type === oids.BYTEA && !returning.isBinary) {
    const text = coerceToSpecificType(resolve, expr, oids.TEXT, "JSON_FUNCTION");
    return callOf(scope, "convert_to", [text, textConst("UTF8")]);
  }
  const { type, typmod } = returning;
  const result = coerce(resolve, expr, type, typmod, "explicit");
  if (result !== undefined) return result;
  throw bindError(
    "42846",
    `cannot cast type ${formatType(expr.type)} to ${formatType(type)}`,
    expr.kind === "jsonConstructor" ? returning.location : expr.position,
  );
}

function keyOf(scope: Scope, fields: ParseNode, construct: string): Expr {
  const key = scope.expr(requiredChild(fields, "key"));
  if (key.type !== oids.UNKNOWN) return key;
  return coerceToSpecificType(scope.context.resolve, key, oids.TEXT, construct);
}

function constructor(
  scope: Scope,
  fields: ParseNode,
  construct: "object" | "array",
  args: readonly Expr[],
): Expr {
  const returning = returningOf(scope, fields, args);
  const expr: Expr = {
    kind: "jsonConstructor",
    type: returning.isBinary ? oids.JSONB : oids.JSON_TYPE,
    typmod: -1,
    position: locationOf(fields),
    construct,
    args,
    absentOnNull: flag(fields, "absent_on_null"),
    uniqueKeys: flag(fields, "unique"),
  };
  return returned(scope, expr, returning);
}

export function jsonObject(scope: Scope, fields: ParseNode): Expr {
  const args = list(fields, "exprs").flatMap((node) => {
    const pair = asTag(node, "JsonKeyValue") ?? {};
    const key = keyOf(scope, pair, "JSON_OBJECT()");
    return [key, jsonValue(scope, requiredChild(pair, "value"), "JSON_OBJECT()")];
  });
  return constructor(scope, fields, "object", args);
}

export function jsonArray(scope: Scope, fields: ParseNode): Expr {
  const args = list(fields, "exprs").map((node) =>
    jsonValue(scope, fieldsOf(node), "JSON_ARRAY()"),
  );
  return constructor(scope, fields, "array", args);
}

interface AggregateOptions {
  readonly name: string;
  readonly args: readonly Expr[];
  readonly returning: Returning;
}

function aggregate(scope: Scope, fields: ParseNode, options: AggregateOptions): Expr {
  const { name, args, returning } = options;
  const over = child(fields, "over") !== undefined;
  const position = locationOf(fields);
  const resolved = resolveFunction(scope.context.resolve, {
    names: ["pg_catalog", name],
    args,
    variadic: false,
    star: false,
    distinct: false,
    ordered: list(fields, "agg_order").length > 0,
    withinGroup: false,
    filtered: child(fields, "agg_filter") !== undefined,
    over,
    position,
  });
  if (resolved.kind === "expr") return resolved.expr;
  const call = over
    ? makeWindowCall(scope, fields, resolved)
    : makeAggregate(scope, fields, resolved);
  return returned(scope, call, returning);
}

export function jsonObjectAgg(scope: Scope, fields: ParseNode): Expr {
  const construction = requiredChild(fields, "constructor");
  const pair = requiredChild(fields, "arg");
  const args = [
    keyOf(scope, pair, "JSON_OBJECTAGG()"),
    jsonValue(scope, requiredChild(pair, "value"), "JSON_OBJECTAGG()"),
  ];
  const returning = returningOf(scope, construction, args);
  const unique = flag(fields, "unique") ? "_unique" : "";
  const strict = flag(fields, "absent_on_null") ? "_strict" : "";
  const name = `json${returning.isBinary ? "b" : ""}_object_agg${unique}${strict}`;
  return aggregate(scope, construction, { name, args, returning });
}

export function jsonArrayAgg(scope: Scope, fields: ParseNode): Expr {
  const construction = requiredChild(fields, "constructor");
  const args = [jsonValue(scope, requiredChild(fields, "arg"), "JSON_ARRAYAGG()")];
  const returning = returningOf(scope, construction, args);
  const strict = flag(fields, "absent_on_null") ? "_strict" : "";
  const name = `json${returning.isBinary ? "b" : ""}_agg${strict}`;
  return aggregate(scope, construction, { name, args, returning });
}

/** Parse trees whose only column is looked up while they are bound. */
const ARRAY_SOURCE = "q";
const ARRAY_ITEM = "a";

/** JSON_ARRAY(query) is (SELECT JSON_ARRAYAGG(q.a …) FROM (query) q (a)). */
export function jsonArrayQuery(scope: Scope, fields: ParseNode): Expr {
  const query = requiredChild(fields, "query");
  const location = locationOf(fields);
  const text = (sval: string): ParseNode => ({ String: { sval } });
  requireOneColumn(scope, query, location);
  const aggregateNode = {
    JsonArrayAgg: {
      constructor: {
        ...(fields["output"] === undefined ? {} : { output: fields["output"] }),
        location,
      },
      arg: {
        raw_expr: { ColumnRef: { fields: [text(ARRAY_SOURCE), text(ARRAY_ITEM)], location } },
        format: fields["format"],
      },
      absent_on_null: flag(fields, "absent_on_null"),
    },
  };
  const alias = { aliasname: ARRAY_SOURCE, colnames: [text(ARRAY_ITEM)] };
  const select = {
    SelectStmt: {
      targetList: [{ ResTarget: { val: aggregateNode, location } }],
      fromClause: [{ RangeSubselect: { subquery: query, alias } }],
      limitOption: "LIMIT_OPTION_DEFAULT",
      op: "SETOP_NONE",
    },
  };
  return scope.expr({ SubLink: { subLinkType: "EXPR_SUBLINK", subselect: select, location } });
}

function requireOneColumn(scope: Scope, query: ParseNode, location: number): void {
  const select = asTag(query, "SelectStmt");
  if (select === undefined) return;
  const bound = scope.context.binders.select(scope.child(), select);
  if (bound.targets.filter((target) => !target.junk).length === 1) return;
  throw bindError("42601", "subquery must return only one column", location);
}

const ITEMS: Readonly<Record<string, Extract<Expr, { kind: "isJson" }>["item"]>> = {
  JS_TYPE_ANY: "any",
  JS_TYPE_OBJECT: "object",
  JS_TYPE_ARRAY: "array",
  JS_TYPE_SCALAR: "scalar",
};

function documentOf(scope: Scope, fields: ParseNode): Expr {
  const raw = scope.expr(requiredChild(fields, "expr"));
  const format = formatOf(fields);
  if (raw.type === oids.BYTEA) return textOfBytes(scope, raw, format);
  if (hasEncoding(format)) {
    throw bindError(
      "42804",
      "cannot use JSON FORMAT ENCODING clause for non-bytea input types",
      format.location,
    );
  }
  if (raw.type !== oids.UNKNOWN && typeRow(raw.type)?.category !== "S") return raw;
  return coerce(scope.context.resolve, raw, oids.TEXT, -1, "implicit") ?? raw;
}

export function jsonTest(scope: Scope, fields: ParseNode): Expr {
  const arg = documentOf(scope, fields);
  if (arg.type !== oids.TEXT && arg.type !== oids.JSON_TYPE && arg.type !== oids.JSONB) {
    throw bindError("42804", `cannot use type ${formatType(arg.type)} in IS JSON predicate`, -1);
  }
  return {
    kind: "isJson",
    type: oids.BOOL,
    typmod: -1,
    position: locationOf(fields),
    arg,
    item: ITEMS[string(fields, "item_type")] ?? "any",
    uniqueKeys: flag(fields, "unique_keys"),
  };
}
