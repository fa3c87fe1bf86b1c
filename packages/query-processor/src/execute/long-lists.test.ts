/** Long lists of constants answer, and fail, as the same lists do that are bound one by one. */
import { SqlError } from "@firstlight/common";
import { beforeAll, describe, expect, it } from "vitest";
import { ListUnread, LongLists } from "../bind/long-lists.ts";
import { bindStatement } from "../bind/bind-statement.ts";
import { testCatalog, testTable } from "../bind/testing/test-catalog.ts";
import { boundInSteps } from "../engine/planning-steps.ts";
import { loadParser, parse } from "../parse/parser.ts";
import { MemoryTransaction } from "./testing/memory-transaction.ts";
import { runStatement, testEvaluation } from "./testing/statement-runner.ts";

const [INT, BIGINT, TEXT, NUMERIC, DATE, VARCHAR] = [23, 20, 25, 1700, 1082, 1043];

const catalog = testCatalog([
  testTable({
    oid: 20001,
    name: "t",
    columns: [
      { name: "i", type: INT },
      { name: "b", type: BIGINT },
      { name: "s", type: TEXT },
      { name: "n", type: NUMERIC, typmod: (10 << 16) + 2 + 4 },
      { name: "d", type: DATE },
      { name: "v", type: VARCHAR, typmod: 8 },
    ],
    primary: [1],
  }),
]);
beforeAll(loadParser);

const COUNT = 300;

function list(item: (i: number) => string): string {
  return Array.from({ length: COUNT }, (_, i) => item(i)).join(", ");
}

/** So long that lists are lifted. */
function long(text: string): string {
  return `${text}\n/*${" ".repeat(17_000)}*/`;
}

const SERIES = `generate_series(0, ${2 * COUNT}) g`;

const QUERIES: Readonly<Record<string, string>> = {
  integers: `select g from ${SERIES} where g in (${list((i) => String(i * 3))})`,
  "not in": `select g from ${SERIES} where g not in (${list(String)})`,
  "not in with a null": `select g from ${SERIES} where g not in (${list((i) => (i === 7 ? "null" : String(i)))})`,
  "integers for bigint": `select g from ${SERIES} where g::bigint in (${list(String)})`,
  "decimals among integers": `select g from ${SERIES} where g in (${list((i) => (i === 5 ? "7.0" : String(i)))})`,
  "large numbers": `select g from ${SERIES} where g + 9999999999 in (${list((i) => String(9999999999 + i))})`,
  texts: `select g from ${SERIES} where g::text in (${list((i) => `'${i}'`)})`,
  dates: `select g from ${SERIES} where date '2024-01-01' + g in (${list((i) => `'2024-02-${(i % 28) + 1}'`)})`,
  "a row on the left": `select g from ${SERIES} where (g, g) in (${list((i) => `(${i}, ${i})`)})`,
  booleans: `select g from ${SERIES} where (g > 590) = any (array[${list((i) => (i % 2 === 0 ? "true" : "false"))}])`,
  "an array": `select array[${list((i) => (i === 3 ? "null" : String(i)))}]`,
  "an array of texts": `select array[${list((i) => `'x${i}'`)}]`,
  "an array with a cast": `select array[${list((i) => `'${i}'`)}]::int[]`,
  "an array of integers with a cast": `select array[${list(String)}]::bigint[]`,
  values: `values ${list((i) => `(${i}, 'a${i}', ${i === 9 ? "null" : "true"})`)}`,
  "values of several types": `select * from (values ${list((i) => `(${i === 4 ? "4.50" : i}, ${i % 2 === 0 ? "null" : "'x'"}, null)`)}) as v (a, b, c) where a > 2`,
  "values with an order": `values ${list((i) => `(${(i * 7) % COUNT})`)} order by 1 limit 5 offset 2`,
  "a join with values": `select g, x from ${SERIES} join (values ${list((i) => `(${i * 2}, 'x${i}')`)}) v (k, x) on k = g`,
  "an insert": `insert into t (i, b, s, n, d, v) values ${list((i) => `(${i}, ${i}, 's${i}', ${i}.125, '2024-01-0${(i % 9) + 1}', 'v${i}')`)} returning *`,
  "an insert of some columns": `insert into t values ${list((i) => `(${i}, ${i % 3 === 0 ? "null" : String(i)}, null)`)} returning *`,
  "an insert of texts": `insert into t (n, i) values ${list((i) => `('${i}.555', '${i}')`)} returning n, i`,
  "an insert of mixed numbers": `insert into t (i, n, s) values ${list((i) => `(${i}, ${i % 2 === 0 ? "1.005" : "2"}, 's')`)} returning n`,
};

const FAILURES: Readonly<Record<string, string>> = {
  "no integer": `select 1 from ${SERIES} where g in (${list((i) => (i === 77 ? "'x'" : `'${i}'`))})`,
  "no common type": `select 1 from ${SERIES} where g in (${list((i) => (i === 77 ? "true" : String(i)))})`,
  "values that do not match": `values ${list((i) => (i === 50 ? "(true)" : `(${i})`))}`,
  "a date that is none": `insert into t (i, d) values ${list((i) => `(${i}, '${i === 9 ? "2024-13-01" : "2024-01-01"}')`)}`,
  "a type that is not assigned": `insert into t (i, d) values ${list((i) => `(${i}, ${i})`)}`,
  "too many columns": `insert into t (i) values ${list((i) => `(${i}, ${i})`)}`,
  "too few columns": `insert into t (i, s) values ${list((i) => `(${i})`)}`,
  "a text that is too long": `insert into t (i, v) values ${list((i) => `(${i}, 'v234${i}')`)}`,
  "a null": `insert into t (s, i) values ${list((i) => `('s', ${i === 7 ? "null" : i})`)}`,
  "an integer out of range": `insert into t (i) values ${list((i) => `(${i}${i === 99 ? "999999999" : ""})`)}`,
};

async function rowsOf(text: string): Promise<unknown> {
  const { rows, columns } = await runStatement(text, new MemoryTransaction(new Map()), catalog);
  return { rows, columns };
}

async function failureOf(text: string): Promise<unknown> {
  const error = await rowsOf(text).catch((cause: unknown) => cause);
  if (!(error instanceof SqlError)) throw new Error("it does not fail");
  const { sqlstate, message, fields } = error;
  return { sqlstate, message, fields };
}

describe("a long list", () => {
  it.each(Object.entries(QUERIES))("answers the same: %s", async (_, text) => {
    expect(await rowsOf(long(text))).toEqual(await rowsOf(text));
  });

  it.each(Object.entries(FAILURES))("fails the same: %s", async (_, text) => {
    expect(await failureOf(long(text))).toEqual(await failureOf(text));
  });

  it("is read in steps, and binding is begun anew", () => {
    const [statement] = parse(long(QUERIES["an insert"] ?? ""));
    if (statement === undefined) throw new Error("no statement");
    let attempts = 0;
    let steps = 0;
    const lists = new LongLists(true);
    const binding = boundInSteps(lists, () => {
      attempts++;
      const evaluation = testEvaluation();
      return bindStatement(statement, catalog, {
        searchPath: ["public"],
        paramTypes: [],
        evaluation,
        lists,
      });
    });
    while (binding.next().done !== true) steps++;
    expect(attempts).toBeGreaterThan(6);
    expect(steps).toBeGreaterThan(6);
  });

  it.each(["int[]", "json", "jsonb"])("so is a long literal of type %s", (type) => {
    const items = list((i) => `${i}${" ".repeat(300)}`);
    const text = type === "int[]" ? `{${items}}` : `[${items}]`;
    const [statement] = parse(`select '${text}'::${type}, '${text.slice(0, -1)}'::${type}`);
    if (statement === undefined) throw new Error("no statement");
    const lists = new LongLists(true);
    const evaluation = { ...testEvaluation(), longCalls: lists.calls };
    let attempts = 0;
    const binding = boundInSteps(lists, () => {
      attempts++;
      return bindStatement(statement, catalog, {
        searchPath: [],
        paramTypes: [],
        evaluation,
        lists,
      });
    });
    const toEnd = (): void => {
      while (binding.next().done !== true);
    };
    const position = text.length + 14 + type.length;
    expect(toEnd).toThrow(
      expect.objectContaining({ sqlstate: "22P02", fields: expect.objectContaining({ position }) }),
    );
    expect(attempts).toBe(3);
  });

  it("is read by whoever binds only if that is expected", () => {
    const [statement] = parse(long(QUERIES["integers"] ?? ""));
    if (statement === undefined) throw new Error("no statement");
    const options = { searchPath: ["public"], paramTypes: [], evaluation: testEvaluation() };
    const lists = new LongLists(true);
    expect(() => bindStatement(statement, catalog, { ...options, lists })).toThrow(ListUnread);
    expect(bindStatement(statement, catalog, options).columns).toHaveLength(1);
  });
});
