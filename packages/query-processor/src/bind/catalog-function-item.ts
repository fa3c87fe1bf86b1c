/**
 * PostgreSQL's functions that yield the rows of a view over them: here the rows are the view's own,
 * so in FROM the call stands for a query of the view.
 */
import { procsByName } from "@firstlight/sql";
import { asTag, child, flag, items, list, names } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";

const VIEWS: Readonly<Record<string, string>> = {
  pg_show_all_settings: "pg_settings",
  pg_prepared_statement: "pg_prepared_statements",
  pg_cursor: "pg_cursors",
  pg_lock_status: "pg_locks",
  pg_available_extensions: "pg_available_extensions",
  pg_available_extension_versions: "pg_available_extension_versions",
};

const SYSTEM_SCHEMA = "pg_catalog";

function text(sval: string): ParseNode {
  return { String: { sval } };
}

function targetOf(column: string): ParseNode {
  return { ResTarget: { val: { ColumnRef: { fields: [text(column)] } } } };
}

/** The single function that an item of FROM calls, without arguments. */
function calledName(fields: ParseNode): string | undefined {
  const [pair, ...more] = list(fields, "functions");
  const [node, definitions] = items(pair ?? {});
  const call = node === undefined ? undefined : asTag(node, "FuncCall");
  const isPlain = !flag(fields, "ordinality") && list(fields, "coldeflist").length === 0;
  if (call === undefined || more.length > 0 || !isPlain) return undefined;
  if (items(definitions).length > 0 || list(call, "args").length > 0) return undefined;
  const parts = names(call, "funcname");
  if (parts.length > 1 && parts.at(-2) !== SYSTEM_SCHEMA) return undefined;
  return parts.at(-1);
}

/** The query to be bound instead; undefined for other functions. */
export function catalogFunctionQuery(fields: ParseNode): ParseNode | undefined {
  const name = calledName(fields);
  const view = name === undefined || !Object.hasOwn(VIEWS, name) ? undefined : VIEWS[name];
  if (name === undefined || view === undefined) return undefined;
  const [proc] = procsByName(name);
  const from = { RangeVar: { schemaname: SYSTEM_SCHEMA, relname: view, inh: true } };
  const query = {
    targetList: (proc?.argNames ?? []).map(targetOf),
    fromClause: [from],
    limitOption: "LIMIT_OPTION_DEFAULT",
    op: "SETOP_NONE",
  };
  const alias = child(fields, "alias") ?? { aliasname: name };
  return { subquery: { SelectStmt: query }, alias };
}
