/** jsonpath as text: jsonpath_out's canonical form. */
import type { JsonPath, PathNode } from "./datum.ts";
import { quoteJson } from "./jsonb.ts";
import { numericToString } from "./numeric.ts";

type Accessor = Extract<PathNode, { readonly of: PathNode }>;

const PRIORITY: Readonly<Record<string, number>> = {
  or: 0,
  and: 1,
  "==": 2,
  "!=": 2,
  "<": 2,
  "<=": 2,
  ">": 2,
  ">=": 2,
  startsWith: 2,
  "+": 3,
  "-": 3,
  "*": 4,
  "/": 4,
  "%": 4,
};
const SPELLED: Readonly<Record<string, string>> = {
  or: "||",
  and: "&&",
  startsWith: "starts with",
};

interface Chain {
  readonly head: PathNode;
  readonly accessors: readonly Accessor[];
}

function chainOf(node: PathNode): Chain {
  const accessors: Accessor[] = [];
  let head = node;
  while ("of" in head) {
    accessors.push(head);
    head = head.of;
  }
  return { head, accessors: accessors.reverse() };
}

function priority(node: PathNode): number {
  const { head } = chainOf(node);
  if (head.kind === "binary") return PRIORITY[head.operator] ?? 6;
  return head.kind === "plus" || head.kind === "minus" ? 5 : 6;
}

function level(value: number): string {
  return value < 0 ? "last" : String(value);
}

function deepText(first: number, last: number): string {
  if (first === 0 && last < 0) return ".**";
  return first === last ? `.**{${level(first)}}` : `.**{${level(first)} to ${level(last)}}`;
}

function accessorText(node: Accessor): string {
  switch (node.kind) {
    case "key":
      return `.${quoteJson(node.key)}`;
    case "anyKey":
      return ".*";
    case "anyItem":
      return "[*]";
    case "deep":
      return deepText(node.first, node.last);
    case "method":
      return `.${node.name}()`;
    case "datetime":
      return `.datetime(${node.template === undefined ? "" : quoteJson(node.template)})`;
    case "filter":
      return `?(${print(node.condition, false)})`;
    case "index": {
      const parts = node.subscripts.map(({ from, to }) =>
        to === undefined ? print(from, false) : `${print(from, false)} to ${print(to, false)}`,
      );
      return `[${parts.join(",")}]`;
    }
  }
}

function literalText(node: Extract<PathNode, { kind: "literal" }>, followed: boolean): string {
  const { value } = node;
  if (value.kind === "string") return quoteJson(value.value);
  if (value.kind === "boolean") return String(value.value);
  if (value.kind !== "number") return "null";
  const text = numericToString(value.value);
  return followed ? `(${text})` : text;
}

function operand(node: PathNode, parent: number): string {
  return print(node, priority(node) <= parent);
}

function headText(node: Exclude<PathNode, Accessor>, brackets: boolean, followed: boolean): string {
  const wrap = (text: string): string => (brackets ? `(${text})` : text);
  switch (node.kind) {
    case "root":
      return "$";
    case "current":
      return "@";
    case "last":
      return "last";
    case "variable":
      return `$${quoteJson(node.name)}`;
    case "literal":
      return literalText(node, followed);
    case "exists":
      return `exists (${print(node.arg, false)})`;
    case "not":
      return `!(${print(node.arg, false)})`;
    case "isUnknown":
      return `(${print(node.arg, false)}) is unknown`;
    case "plus":
    case "minus":
      return wrap(`${node.kind === "plus" ? "+" : "-"}${operand(node.arg, 5)}`);
    case "likeRegex": {
      const flags = node.flags === "" ? "" : ` flag "${node.flags}"`;
      return wrap(`${operand(node.arg, 6)} like_regex ${quoteJson(node.pattern)}${flags}`);
    }
    case "binary": {
      const own = PRIORITY[node.operator] ?? 6;
      const operator = SPELLED[node.operator] ?? node.operator;
      return wrap(`${operand(node.left, own)} ${operator} ${operand(node.right, own)}`);
    }
  }
}

function print(node: PathNode, brackets: boolean): string {
  const { head, accessors } = chainOf(node);
  const start = headText(head as Exclude<PathNode, Accessor>, brackets, accessors.length > 0);
  return start + accessors.map(accessorText).join("");
}

export function jsonPathToString(path: JsonPath): string {
  return (path.lax ? "" : "strict ") + print(path.root, true);
}
