/**
 * EXPLAIN's result as JSON, YAML and XML, laid out as PostgreSQL lays it out: objects in the order of
 * their properties, costs and times with as many decimals as it prints.
 */

/** A number that is printed with these decimals. */
export class Fixed {
  readonly text: string;

  constructor(value: number, decimals: number) {
    this.text = value.toFixed(decimals);
  }
}

export type Structured =
  | string
  | number
  | boolean
  | Fixed
  | readonly Structured[]
  | { readonly [name: string]: Structured };

type Group = { readonly [name: string]: Structured };

function isGroup(value: Structured): value is Group {
  return typeof value === "object" && !(value instanceof Fixed) && !Array.isArray(value);
}

function isList(value: Structured): value is readonly Structured[] {
  return Array.isArray(value);
}

function scalar(value: string | number | boolean | Fixed): string {
  if (value instanceof Fixed) return value.text;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** Lists of words stand on one line. */
function wordList(words: readonly Structured[]): string {
  return `[${words.map((each) => jsonText(each, "")).join(", ")}]`;
}

function isWordList(value: Structured): value is readonly Structured[] {
  return isList(value) && value.every((each) => typeof each !== "object");
}

function jsonText(value: Structured, indent: string): string {
  const inner = `${indent}  `;
  if (isList(value)) {
    if (value.length === 0) return `[\n${indent}]`;
    if (!value.some((each) => typeof each === "object")) return wordList(value);
    const parts = value.map(
      (each) => inner + (isWordList(each) ? wordList(each) : jsonText(each, inner)),
    );
    return `[\n${parts.join(",\n")}\n${indent}]`;
  }
  if (!isGroup(value)) return scalar(value);
  const parts = Object.entries(value).map(
    ([name, each]) => `${inner}${JSON.stringify(name)}: ${jsonText(each, inner)}`,
  );
  return parts.length === 0 ? `{\n${indent}}` : `{\n${parts.join(",\n")}\n${indent}}`;
}

export function asJson(document: Group): string {
  return jsonText([document], "");
}

function yamlLines(value: Group, indent: string): string[] {
  return Object.entries(value).flatMap(([name, each]) => {
    if (isGroup(each)) return [`${indent}${name}: `, ...yamlLines(each, `${indent}  `)];
    if (!isList(each)) return [`${indent}${name}: ${scalar(each)}`];
    return [`${indent}${name}: `, ...each.flatMap((one) => yamlItem(one, `${indent}  `))];
  });
}

/** The first line of an item begins with a dash where the others have blanks. */
function yamlItem(value: Structured, indent: string): string[] {
  if (isList(value)) return [`${indent}- ${wordList(value)}`];
  if (!isGroup(value)) return [`${indent}- ${scalar(value)}`];
  const [first = "", ...rest] = yamlLines(value, `${indent}  `);
  return [`${indent}- ${first.trimStart()}`, ...rest];
}

export function asYaml(document: Group): string {
  return yamlItem(document, "").join("\n");
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("\r", "&#x0d;");
}

function xmlScalar(value: string | number | boolean | Fixed): string {
  if (value instanceof Fixed) return value.text;
  return escaped(String(value));
}

const ITEM_NAMES: Readonly<Record<string, string>> = {
  Plans: "Plan",
  "Grouping Sets": "Grouping Set",
  "Hash Keys": "Hash Key",
  "Group Keys": "Group Key",
};

function xmlLines(name: string, value: Structured, indent: string): string[] {
  const tag = name.replaceAll(/[^\w.-]/gu, "-");
  const inner = `${indent}  `;
  if (isGroup(value)) {
    const lines = Object.entries(value).flatMap(([key, each]) => xmlLines(key, each, inner));
    return [`${indent}<${tag}>`, ...lines, `${indent}</${tag}>`];
  }
  if (isList(value)) {
    const item = ITEM_NAMES[name] ?? "Item";
    const lines = value.flatMap((each) => xmlLines(item, each, inner));
    return [`${indent}<${tag}>`, ...lines, `${indent}</${tag}>`];
  }
  return [`${indent}<${tag}>${xmlScalar(value)}</${tag}>`];
}

export function asXml(document: Group): string {
  return [
    `<explain xmlns="http://www.postgresql.org/2009/explain">`,
    ...xmlLines("Query", document, "  "),
    "</explain>",
  ].join("\n");
}
