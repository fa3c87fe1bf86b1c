/** Trees that were packed in parts, and lists that were lifted, are those that the grammar gave. */
import { beforeAll, describe, expect, test } from "vitest";
import { ConstantRows } from "./constant-rows.ts";
import { grammarStatements, loadParser, parse } from "./parser.ts";
import type { ParsedPart } from "./parse-work.ts";
import { work } from "./parse-work.ts";
import { TreeBuilder } from "./tree-parts.ts";

beforeAll(loadParser);

function list(count: number, item: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => item(i)).join(", ");
}

const MIXED = ["7", "-3", "0", "1.5", "9999999999", "'a''b'", "''", "null", "true", "false"];
const cell = (i: number): string => MIXED[i % MIXED.length] ?? "";

const TEXTS: Readonly<Record<string, string>> = {
  "a list of constants": `select 1 from t where a in (${list(300, cell)})`,
  "rows of constants": `insert into t values ${list(200, (i) => `(${cell(i)}, ${cell(i + 1)})`)}`,
  "an array": `select array[${list(300, String)}]`,
  "a list of more than constants": `select 1 where a in (${list(300, (i) => (i === 200 ? "b" : String(i)))})`,
  "rows of different lengths": `values ${list(200, (i) => (i === 9 ? "(1)" : "(1, 2)"))}`,
  "lists in lists": `select ${list(70, (i) => `a in (${list(300, (j) => String(i + j))})`)}`,
  "many statements": `${list(300, (i) => `select ${i}`).replaceAll(",", ";")}; create index async on t (a)`,
  "a definition": `create view v as select 1 where a in (${list(300, String)})`,
  "other characters": `select '${"é😀".repeat(20_000)}'; select 2`,
};

/** As JSON has it: without lifted lists, and without what the grammar leaves out. */
function plain(tree: unknown): unknown {
  return JSON.parse(
    JSON.stringify(tree, (_, value: unknown) => {
      if (value instanceof ConstantRows) return value.nodes();
      return value === false || value === 0 || value === "" ? undefined : value;
    }),
  ) as unknown;
}

async function moved(text: string): Promise<unknown> {
  const builder = new TreeBuilder();
  for (const parts of await work(text)) {
    for (const part of structuredClone(parts) as readonly ParsedPart[]) {
      if (part.kind === "error") throw new Error(part.message);
      builder.add(part);
    }
  }
  return builder.finish();
}

describe.each(Object.entries(TEXTS))("%s", (_, text) => {
  test("comes in parts as it is", async () => {
    expect(plain(await moved(text))).toEqual(plain(grammarStatements(text)));
  });

  test("is lifted as it is", () => {
    const long = `${text}/*${" ".repeat(20_000)}*/`;
    const trees = parse(long).map(({ node }) => node);
    expect(plain(trees)).toEqual(plain(parse(text).map(({ node }) => node)));
  });
});

test("lists of constants are lifted, of definitions they are not", async () => {
  const lifted = async (name: string): Promise<number> => {
    let count = 0;
    JSON.stringify(await moved(TEXTS[name] ?? ""), (_, value: unknown) => {
      if (value instanceof ConstantRows) count++;
      return value;
    });
    return count;
  };
  expect(await lifted("a list of constants")).toBe(1);
  expect(await lifted("rows of constants")).toBe(1);
  expect(await lifted("lists in lists")).toBe(70);
  expect(await lifted("rows of different lengths")).toBe(0);
  expect(await lifted("a definition")).toBe(0);
});

test("an error comes as it is", async () => {
  const [first] = [...(await work("select 1 from 2"))].flat();
  expect(first).toMatchObject({
    kind: "error",
    sqlstate: "42601",
    message: 'syntax error at or near "2"',
    fields: { position: 15 },
  });
});
