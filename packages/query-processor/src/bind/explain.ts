/** EXPLAIN and its options (ExplainQuery). */
import { oids } from "@firstlight/sql";
import { asTag, child, int, list, locationOf, requiredChild, string } from "../parse/node.ts";
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
  wal: boolean;
  generic_plan: boolean;
  format: BoundExplain["format"];
}

const ON: ReadonlySet<string> = new Set(["true", "on", "1"]);
const OFF: ReadonlySet<string> = new Set(["false", "off", "0"]);
/** Accepted without effect: there is nothing to report of them. */
const IGNORED: ReadonlySet<string> = new Set(["buffers"]);

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
    case "wal":
    case "generic_plan":
      options[name] = booleanOption(option);
      return;
    case "format":
      options.format = formatOption(option);
      return;
    default:
      if (IGNORED.has(name)) {
        booleanOption(option);
        return;
      }
      throw bindError("42601", `unrecognized EXPLAIN option "${name}"`, locationOf(option));
  }
}

export function bindExplain(
  fields: ParseNode,
  bindQuery: (node: ParseNode) => BoundQuery,
): BoundExplain {
  const options: Options = {
    analyze: false,
    verbose: false,
    costs: true,
    timing: undefined,
    summary: undefined,
    settings: false,
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
  const node = requiredChild(fields, "query");
  const query = bindQuery(node);
  const { wal: _wal, generic_plan: _generic, ...shown } = options;
  const timing = options.timing ?? options.analyze;
  const identifier = options.verbose ? { identifier: queryIdentifier(node) } : {};
  return { kind: "explain", query, ...shown, ...identifier, timing };
}

/** EXPLAIN's result is one column of text, or one JSON document. */
export function explainColumn(explain: BoundExplain): OutputColumn {
  const type = explain.format === "json" ? oids.JSON_TYPE : oids.TEXT;
  return { name: "QUERY PLAN", type, typmod: -1 };
}
