/** Defaults, generated columns and checks of node-sql-parser's trees in PostgreSQL's words. */
import { Untranslatable, plainText, quotedName, quotedText } from "./translation.ts";

/** A node of a tree, or what stands in its place. */
export type Node = Readonly<Record<string, unknown>>;

const OPERATORS: Readonly<Record<string, string>> = {
  "<=>": "IS NOT DISTINCT FROM",
  "&&": "AND",
  "||": "OR",
  "!=": "<>",
  REGEXP: "~",
  RLIKE: "~",
  DIV: "/",
};

const FUNCTIONS: Readonly<Record<string, string>> = {
  ifnull: "coalesce",
  uuid: "gen_random_uuid",
  rand: "random",
  json_object: "jsonb_build_object",
  json_array: "jsonb_build_array",
  ucase: "upper",
  lcase: "lower",
};

/** The same in both. */
const KNOWN: ReadonlySet<string> = new Set(
  "abs ceil ceiling coalesce concat concat_ws floor greatest least left right length lower upper lpad rpad ltrim rtrim trim mod now nullif char_length octet_length power replace reverse round sign sqrt substring".split(
    " ",
  ),
);

function nodesOf(value: unknown): readonly Node[] {
  return Array.isArray(value) ? (value as Node[]) : [];
}

/** The name of a function as the parser keeps it. */
function functionName(node: Node): string {
  const { name } = node as {
    readonly name: string | { readonly name: readonly { value: string }[] };
  };
  return (typeof name === "string" ? name : (name.name[0]?.value ?? "")).toLowerCase();
}

function call(node: Node): string {
  const name = functionName(node);
  const args = nodesOf((node["args"] as Node | undefined)?.["value"]).map(expression);
  if (/^(current_timestamp|localtimestamp|localtime)$/u.test(name)) return "CURRENT_TIMESTAMP";
  if (/^(current_date|curdate)$/u.test(name)) return "CURRENT_DATE";
  const known = FUNCTIONS[name] ?? (KNOWN.has(name) ? name : undefined);
  if (known === undefined) {
    throw new Untranslatable("mysql-function", `MySQL's function ${name} has no equivalent`);
  }
  return `${known}(${args.join(", ")})`;
}

function binary(node: Node): string {
  const operator = String(node["operator"]);
  const left = expression(node["left"] as Node);
  const right = node["right"] as Node;
  if (operator === "IN" || operator === "NOT IN") {
    return `${left} ${operator} (${nodesOf(right["value"]).map(expression).join(", ")})`;
  }
  if (operator === "BETWEEN" || operator === "NOT BETWEEN") {
    return `${left} ${operator} ${nodesOf(right["value"]).map(expression).join(" AND ")}`;
  }
  const result = `${left} ${OPERATORS[operator] ?? operator} ${expression(right)}`;
  return node["parentheses"] === true ? `(${result})` : result;
}

export function expression(node: Node): string {
  switch (node["type"]) {
    case "number":
    case "bigint":
      return String(node["value"]);
    case "bool":
      return String(node["value"]);
    case "null":
      return "NULL";
    case "single_quote_string":
    case "double_quote_string":
    case "string":
      return quotedText(plainText(String(node["value"])));
    case "bit_string":
      return String(Number.parseInt(String(node["value"]), 2));
    case "column_ref":
      return quotedName(String(node["column"]));
    case "binary_expr":
      return binary(node);
    case "unary_expr":
      return `${String(node["operator"])} ${expression(node["expr"] as Node)}`;
    case "function":
      return call(node);
    default:
      throw new Untranslatable("mysql-expression", "an expression of MySQL has no equivalent");
  }
}
