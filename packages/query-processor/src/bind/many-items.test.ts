/** Long lists of expressions that are bound in turns are bound to the same, and fail the same. */
import { SqlError } from "@firstlight/common";
import { beforeAll, describe, expect, it } from "vitest";
import { boundInSteps } from "../engine/planning-steps.ts";
import { loadParser, parse } from "../parse/parser.ts";
import { bindStatement } from "./bind-statement.ts";
import { LongLists } from "./long-lists.ts";
import type { BindResult } from "./query-tree.ts";
import { testCatalog, testTable } from "./testing/test-catalog.ts";
import { TEST_EVALUATION } from "./testing/test-evaluation.ts";

const [INT, TEXT] = [23, 25];
const catalog = testCatalog([
  testTable({
    oid: 20001,
    name: "t",
    columns: [
      { name: "i", type: INT },
      { name: "j", type: INT },
      { name: "s", type: TEXT },
    ],
    primary: [1],
  }),
  testTable({
    oid: 20002,
    name: "checked",
    columns: [{ name: "i", type: INT }],
    checks: Array.from({ length: 200 }, (_, at) => `i <> ${at} and i < 1000`),
  }),
]);
beforeAll(loadParser);

const COUNT = 600;

function list(item: (i: number) => string, between = ", "): string {
  return Array.from({ length: COUNT }, (_, i) => item(i)).join(between);
}

interface Outcome {
  readonly result: unknown;
  readonly steps: number;
}

function outcomeOf(text: string, leaves: boolean): Outcome {
  const [statement] = parse(text);
  if (statement === undefined) throw new Error("no statement");
  const lists = new LongLists(leaves);
  const evaluation = { ...TEST_EVALUATION, longCalls: lists.calls };
  const options = { searchPath: ["public"], paramTypes: [], evaluation, lists };
  const binding = boundInSteps(lists, (): BindResult => bindStatement(statement, catalog, options));
  try {
    for (let steps = 0; ; steps++) {
      const step = binding.next();
      if (step.done === true) return { result: step.value, steps };
    }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const { sqlstate, message, fields } = error;
    return { result: { sqlstate, message, fields }, steps: 0 };
  }
}

const STATEMENTS: Readonly<Record<string, string>> = {
  values: `values ${list((i) => `(abs(${i}), 'x' || ${i}, null)`)}`,
  "values with types and stars": `select * from t, lateral (values ${list((i) => `(t.*, ${i}::text)`)}) v`,
  "an insert": `insert into t values ${list((i) => `(${i} + 1, default, 's' || ${i})`)} returning *`,
  in: `select * from t where i in (${list((i) => `${i} + 1`)})`,
  "in with columns": `select * from t where i in (${list((i) => (i % 3 === 0 ? "j" : `j + ${i}`))}, 7)`,
  "in rows": `select * from t where (i, j) not in (${list((i) => `(${i}, j)`)})`,
  case: `select case i ${list((i) => `when ${i} then 'x' || j`, " ")} end from t`,
  "case in case": `select case ${list((i) => `when i = ${i} then case when j = 1 then ${i} else 2.5 end`, " ")} end from t`,
  array: `select array[${list((i) => `i + ${i}`)}] from t`,
  "array of arrays": `select array[${list((i) => `array[i, ${i}]`)}] from t`,
  "array with a target": `select array[${list((i) => `'${i}' || ''`)}]::int[]`,
  coalesce: `select coalesce(${list((i) => `nullif(i, ${i})`)}), greatest(${list((i) => `j - ${i}`)}) from t`,
  "and of or": `select * from t where (${list((i) => `i <> ${i}`, " and ")}) or (${list((i) => `j = ${i}`, " or ")})`,
  "lists in a list": `select array[${list((i) => `case when i in (1, ${i}) then (array[${i}, 2])[1] end`)}] from t`,
  "a long list in a long list": `select array[${list((i) => (i === 9 ? `(array[${list((k) => `i - ${k}`)}])[2]` : `${i} - i`))}] from t`,
  parameters: `select * from t where i in (${list((i) => (i % 50 === 0 ? `$${i / 50 + 1}` : `${i} + 1`))}) and $13 = 'x'::text`,
  subqueries: `select array[${list((i) => (i % 100 === 0 ? `(select max(x.i + t.j) from t x)` : `i + ${i}`))}] from t`,
  aggregates: `select array[${list((i) => (i % 100 === 0 ? `sum(i + ${i})` : `${i} - 1`))}] from t`,
  "windows and sets": `select array[${list((i) => (i % 100 === 0 ? `row_number() over ()` : `${i} - 1`))}], generate_series(1, i) from t`,
  "long literals between": `select array[${list((i) => `${i} - 1`)}], '[${"1, ".repeat(30_000)}1]'::jsonb, array[${list((i) => `${i} - 2`)}], '[${"2, ".repeat(30_000)}2]'::jsonb`,
  "a long literal in a list": `select array[${list((i) => (i === 5 ? `'[${"1, ".repeat(30_000)}1]'::jsonb` : `to_jsonb(${i})`))}], '[${"2, ".repeat(30_000)}2]'::jsonb`,
  "a constant list in a list": `select array[${list((i) => (i === 5 ? `(i in (${list(String)}))` : `i = ${i}`))}] from t`,
  "the same list in two places": `with c as (select case ${list((i) => `when i = ${i} then ${i}`, " ")} end as x from t) select * from c a, c b where a.x in (${list((i) => `b.x + ${i}`)})`,
};

const FAILURES: Readonly<Record<string, string>> = {
  "a column that is not there": `select array[${list((i) => (i === 300 ? "k" : `i + ${i}`))}] from t`,
  "no common type": `values ${list((i) => (i === 300 ? "(now())" : `(${i} + 1)`))}`,
  "a set in a case": `select case ${list((i) => `when i = ${i} then ${i === 300 ? "generate_series(1, 2)" : "1"}`, " ")} end from t`,
  "an aggregate in a condition": `select * from t where i in (${list((i) => (i === 300 ? "sum(i)" : `j + ${i}`))})`,
  "other lengths": `values ${list((i) => (i === 300 ? "(1 + 1, 2)" : `(${i} + 1)`))}`,
  "an insert of other lengths": `insert into t values ${list((i) => (i === 300 ? "(1 + 1, 2)" : i === 400 ? "(k)" : `(${i} + 1)`))}`,
  "an insert of what is not assigned": `insert into t values ${list((i) => (i === 300 ? "(now())" : i === 400 ? "(k)" : `(${i} + 1)`))}`,
  "a literal that cannot be read": `select array[${list((i) => (i === 300 ? "'x'::int" : `i + ${i}`))}] from t`,
};

describe("checks of a table", () => {
  it("are bound in steps, once", () => {
    const insert = outcomeOf("insert into checked values (5)", true);
    expect(insert.steps).toBeGreaterThan(9);
    expect(outcomeOf("insert into checked values (5)", false).result).toEqual(insert.result);
    expect(outcomeOf("update checked set i = 7", true).steps).toBe(0);
  });
});

describe("a long list of expressions", () => {
  it.each([
    ["in of rows with columns", `select * from t where (i, j) in (${list((i) => `(j, ${i})`)})`],
    ["and of booleans", `select * from t where ${list((i) => `(i = ${i}) is true`, " and ")}`],
  ])("has its comparisons bound in steps: %s", (_, text) => {
    const inSteps = outcomeOf(text, true);
    expect(inSteps.result).toEqual(outcomeOf(text, false).result);
    expect(inSteps.steps).toBeGreaterThan(8);
  });

  it("fails at the first term that is no boolean", () => {
    const text = `select * from t where ${list((i) => (i === 300 ? "i" : i === 400 ? "k" : `j = ${i}`), " or ")}`;
    expect(outcomeOf(text, true).result).toMatchObject({ sqlstate: "42804" });
    expect(outcomeOf(text, true).result).toEqual(outcomeOf(text, false).result);
  });

  it.each(Object.entries(STATEMENTS))("is bound in steps to the same: %s", (_, text) => {
    const inSteps = outcomeOf(text, true);
    const { result } = outcomeOf(text, false);
    expect(result).toHaveProperty("query");
    expect(inSteps.result).toEqual(result);
    expect(inSteps.steps).toBeGreaterThanOrEqual(COUNT / 64 - 1);
  });

  it.each(Object.entries(FAILURES))("fails the same: %s", (_, text) => {
    const { result } = outcomeOf(text, false);
    expect(result).toHaveProperty("sqlstate");
    expect(outcomeOf(text, true).result).toEqual(result);
  });

  it("is bound at one go where there are very many of them", () => {
    const text = Array.from({ length: 40 }, (_, n) => `array[${list((i) => `${i} + ${n}`)}]`);
    expect(outcomeOf(`select ${text.join()}`, true).result).toEqual(
      outcomeOf(`select ${text.join()}`, false).result,
    );
  });
});
