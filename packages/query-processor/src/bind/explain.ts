/** EXPLAIN and its options (ExplainQuery). */
import { oids } from "@firstlight/sql";
import { asTag, child, flag, int, list, locationOf, requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { queryIdentifier } from "../profile/dsql/explain/query-identifier.ts";
import { bindError } from "./errors.ts";
import type { BoundExplain, BoundQuery, OutputColumn } from "./query-tree.ts";

interface Options {
  analyze: boolean;
  verbose: boolean;
  costs: boolean;
  timing: boolean | undefined;
  summary: boolean | undefined;
  settings: boolean;
  buffers: boolean;
  wal: boolean;
  generic_plan: boolean;
  format: BoundExplain["format"];
}

const ON: ReadonlySet<string> = new Set(["true", "on", "1"]);
const OFF: ReadonlySet<string> = new Set(["false", "off", "0"]);
function argumentText(option: ParseNode): string | undefined {
  const node = child(option, "arg");
  const text = asTag(node, "String");
  if (text !== undefined) return string(text, "sval");
  const integer = asTag(node, "Integer");
  if (integer !== undefined) return String(int(integer, "ival"));
  const boolean = asTag(node, "Boolean");
  return boolean === undefined ? undefined : String(boolean["boolval"] === true);
}

function booleanOption(option: ParseNode): boolean {
  const text = argumentText(option)?.toLowerCase();
  if (text === undefined || ON.has(text)) return true;
  if (OFF.has(text)) return false;
  throw bindError("42601", `${string(option, "defname")} requires a Boolean value`, -1);
}

function formatOption(option: ParseNode): BoundExplain["format"] {
  const text = argumentText(option)?.toLowerCase();
  if (text === undefined) throw bindError("42601", "format requires a parameter", -1);
  if (text === "text" || text === "json" || text === "yaml" || text === "xml") return text;
  const location = locationOf(option);
  throw bindError("22023", `unrecognized value for EXPLAIN option "format": "${text}"`, location);
}

function apply(options: Options, option: ParseNode): void {
  const name = string(option, "defname");
  switch (name) {
    case "analyze":
    case "verbose":
    case "costs":
    case "timing":
    case "summary":
    case "settings":
    case "buffers":
    case "wal":
    case "generic_plan":
      options[name] = booleanOption(option);
      return;
    case "format":
      options.format = formatOption(option);
      return;
    default:
      throw bindError("42601", `unrecognized EXPLAIN option "${name}"`, locationOf(option));
  }
}

/** The query of a statement that makes a table or cursor of it; its name must be free. */
function explainedQuery(fields: ParseNode, refuseTaken: (create: ParseNode) => void): ParseNode {
  const node = requiredChild(fields, "query");
  const declared = asTag(node, "DeclareCursorStmt");
  if (declared !== undefined) return requiredChild(declared, "query");
  const create = asTag(node, "CreateTableAsStmt") ?? createdBy(node);
  if (create === undefined) return node;
  refuseTaken(create);
  return requiredChild(create, "query");
}

/** SELECT INTO is another way to write CREATE TABLE AS. */
export function createdBy(node: ParseNode): ParseNode | undefined {
  const select = asTag(node, "SelectStmt");
  const into = select && child(select, "intoClause");
  if (select === undefined || into === undefined) return undefined;
  const { intoClause: _, ...query } = select;
  return { into, query: { SelectStmt: query } };
}

export interface ExplainBinders {
  readonly query: (node: ParseNode) => BoundQuery;
  /** 42P07 where there is a relation of the name that CREATE TABLE AS gives. */
  readonly refuseTaken: (create: ParseNode) => void;
}

function optionsOf(fields: ParseNode): Options {
  const options: Options = {
    analyze: false,
    verbose: false,
    costs: true,
    timing: undefined,
    summary: undefined,
    settings: false,
    buffers: false,
    wal: false,
    generic_plan: false,
    format: "text",
  };
  for (const node of list(fields, "options")) apply(options, asTag(node, "DefElem") ?? {});
  if (options.wal && !options.analyze) {
    throw bindError("22023", "EXPLAIN option WAL requires ANALYZE", -1);
  }
  if (options.timing === true && !options.analyze) {
    throw bindError("22023", "EXPLAIN option TIMING requires ANALYZE", -1);
  }
  if (options.generic_plan && options.analyze) {
    throw bindError(
      "22023",
      "EXPLAIN options ANALYZE and GENERIC_PLAN cannot be used together",
      -1,
    );
  }
  return options;
}

/** Whether the statement runs. */
export function isAnalyzed(fields: ParseNode): boolean {
  return optionsOf(fields).analyze;
}

export function bindExplain(fields: ParseNode, binders: ExplainBinders): BoundExplain {
  const options = optionsOf(fields);
  const node = explainedQuery(fields, binders.refuseTaken);
  const query = binders.query(node);
  const { generic_plan: isGeneric, ...shown } = options;
  const timing = options.timing ?? options.analyze;
  const identifier = options.verbose ? { identifier: queryIdentifier(node) } : {};
  const about = flag(fields, "ofSource") ? { ofSource: true as const } : {};
  const run = flag(fields, "isSkipped") ? { isSkipped: true as const } : {};
  return { kind: "explain", query, ...shown, ...identifier, ...about, ...run, timing, isGeneric };
}

/** Of a statement that is not bound yet. */
export function explainedColumn(fields: ParseNode): OutputColumn {
  return explainColumn(optionsOf(fields));
}

/** EXPLAIN's result is one column of text, or one JSON document. */
export function explainColumn(explain: Pick<BoundExplain, "format">): OutputColumn {
  const type = explain.format === "json" ? oids.JSON_TYPE : oids.TEXT;
  return { name: "QUERY PLAN", type, typmod: -1 };
}
