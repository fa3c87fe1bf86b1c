/**
 * Planning and compiling that are left in the middle of long lists, and begun anew, end with the same
 * plans and the same answers; no time is measured.
 */
import type { ListTurns, Row } from "@firstlight/sql";
import { beforeAll, describe, expect, it } from "vitest";
import { bindStatement } from "../bind/bind-statement.ts";
import type { Executable } from "../execute/executable.ts";
import { compileQuery, planBound } from "../execute/plan-query.ts";
import type { PlannedQuery } from "../execute/plan-query.ts";
import { MemoryTransaction } from "../execute/testing/memory-transaction.ts";
import { testContext, testEvaluation } from "../execute/testing/statement-runner.ts";
import { loadParser, parse } from "../parse/parser.ts";
import { PLANNING_DEFAULTS } from "../plan/planning-options.ts";
import { largeCatalog } from "../plan/testing/large-tables.ts";
import { compiledInSteps, plannedInSteps } from "./planning-steps.ts";

const catalog = largeCatalog([
  {
    name: "t",
    rows: 100_000,
    columns: { id: 100_000, a: 500, b: 20 },
    indexes: [["a"], ["b", "a"]],
  },
  { name: "u", rows: 1_000, columns: { id: 1_000, a: 30 }, indexes: [] },
]);

beforeAll(loadParser);

const ALWAYS: ListTurns = { overdue: () => true };
const NEVER: ListTurns = { overdue: () => false };

function list(item: (i: number) => string, between = ", ", length = 300): string {
  return Array.from({ length }, (_, i) => item(i)).join(between);
}

/** Long enough to end planning by itself. */
const CHAIN = `${list((i) => `t t${i}`, ", ", 8)} where ${list((i) => `t${i}.a = t${i + 1}.b`, " and ", 7)}`;

const ONE_OF_MANY = list((i) => `(n = ${i} and n + ${i} < ${i * 2 + 1})`, " or ");

/** Of which each has a list of one kind. */
const PLANNED: Readonly<Record<string, string>> = {
  "columns in an IN list": `select 1 from t where 5 in (${list((i) => `a + ${i}`)})`,
  "expressions in an IN list": `select 1 from t where id in (${list((i) => `${i} + 1`)})`,
  "CASE with an argument": `select case a ${list((i) => `when ${i} then b + ${i}`, " ")} end from t`,
  "CASE of conditions": `select case ${list((i) => `when a = ${i} and b > 1 then ${i}`, " ")} end from t`,
  ARRAY: `select array[${list((i) => `a + ${i}`)}] from t where id < 3`,
  VALUES: `select * from (values ${list((i) => `(abs(${i}), 'x' || ${i})`)}) v (n, x)`,
  "VALUES with columns": `select * from u, lateral (values ${list((i) => `(u.a + ${i}, ${i} + 1)`)}) v (n, m)`,
  "VALUES with subqueries": `select * from (values ${list((i) => `(${i}, (select max(a) from u where id > ${i}))`)}) v`,
  "OR of pairs": `select 1 from t where ${list((i) => `(a = ${i} and b = ${i})`, " or ")}`,
  "OR of ranges": `select 1 from t where ${list((i) => `id between ${i * 9} and ${i * 9 + 3}`, " or ")}`,
  "OR of several columns": `select 1 from t where ${list((i) => (i % 2 === 0 ? `a = ${i}` : `id = ${i}`), " or ")}`,
  "OR over two tables": `select 1 from t, u where t.a = u.a and (${list((i) => `(t.id = ${i} and u.id = ${i})`, " or ")})`,
  "negated OR": `select 1 from t where not (${list((i) => `a < ${i} and b > ${i}`, " or ")})`,
  AND: `select 1 from t where ${list((i) => `a <> ${i} and a + b < ${i * 9 + 1}`, " and ")}`,
  "a list in a subquery": `select (select sum(u.a) from u where u.id = t.a or ${list((i) => `(u.a = t.b + ${i} and u.id = ${i})`, " or ")}) from t`,
  "lists in a join": `select 1 from t left join u on t.a = u.id and (${list((i) => `t.b + u.a = ${i * 7}`, " or ")})`,
  "subqueries of their own": `select ${list((i) => `(select max(u.a) from u where u.id < ${i})`)}`,
  "subqueries with subqueries": `select ${list((i) => `(select max(u.a) from u where u.id < (select min(b) from t where id > ${i}))`)}, (select a from u where u.id = t.b) from t`,
  "subqueries with joins": `select ${list((i) => `(select count(*) from ${CHAIN} and t0.b > ${i})`, ", ", 18)}`,
  COALESCE: `select coalesce(${list((i) => `nullif(a, ${i})`)}), greatest(${list((i) => `b - ${i}`)}) from t`,
  "rows in an IN list": `select 1 from t where (a, b) in (${list((i) => `(${i}, ${i} + b)`)})`,
  "OR of arms that share a condition": `select 1 from t where ${list((i) => `(a = ${i} and b = 0)`, " or ")}`,
  "arms of UNION ALL": list((i) => `select a, b from t where id = ${i}`, " union all "),
  "arms of UNION ALL in order": `${list((i) => `select a, b from t where id > ${i}`, " union all ")} order by 1 limit 3`,
  "arms of EXCEPT": list((i) => `select a from t where id = ${i}`, " except "),
  "arms with subqueries": list(
    (i) => `select (select max(a) from u where id > ${i}) from t`,
    " union all ",
  ),
  aggregates: `select ${list((i) => `sum(a + ${i})`)}, count(*) from t group by b having max(a) > 3`,
  "grouping sets": `select count(*) from t group by cube (${list((i) => `a % ${i + 2}`, ", ", 7)})`,
  "constants that may fail": `select array[${list((i) => `a + 1 / ${i + 1}`)}] from t`,
  "two lists that are the same": `select 1 from t where a in (${list((i) => `b + ${i}`)}) or b in (${list((i) => `b + ${i}`)})`,
};

const ANSWERED: Readonly<Record<string, string>> = {
  "IN list": `select n, n in (${list((i) => `n * 7 - ${i}`)}) from generate_series(1, 60) n`,
  CASE: `select case n ${list((i) => `when ${i * 2} then n + ${i}`, " ")} else -n end from generate_series(1, 90) n`,
  "CASE of conditions": `select case ${list((i) => `when n = ${i * 3} and n > 9 then ${i}`, " ")} end from generate_series(1, 90) n`,
  ARRAY: `select array[${list((i) => `n + ${i}`)}] from generate_series(1, 3) n`,
  VALUES: `select n + m from (values ${list((i) => `(abs(${-i}), ${i} % 7)`)}) v (n, m)`,
  "VALUES of another row": `select s, n from generate_series(1, 2) s, lateral (values ${list((i) => `(s * ${i})`)}) v (n)`,
  OR: `select n from generate_series(1, 600) n where ${ONE_OF_MANY}`,
  "OR of looks alike": `select n from generate_series(1, 600) n where ${list((i) => `n::text like '%${i}1'`, " or ")}`,
  AND: `select n from generate_series(1, 900) n where ${list((i) => `n <> ${i * 2} and n % 997 <> ${i}`, " and ")}`,
  "IN list of rows": `select n from generate_series(1, 900) n where (n, n % 2) in (${list((i) => `(${i * 2}, ${i} % 2)`)})`,
  "UNION ALL": list((i) => `select n + ${i} from generate_series(1, 2) n`, " union all "),
  "UNION ALL in order": `${list((i) => `select n * ${i} from generate_series(-2, 2) n`, " union all ")} order by 1 limit 7`,
  COALESCE: `select coalesce(${list((i) => `nullif(n / n, ${i})`)}), least(${list((i) => `n - ${i}`)}) from generate_series(1, 5) n`,
};

interface Made {
  readonly planned: PlannedQuery;
  readonly executable: Executable;
  /** How often it was left. */
  readonly left: number;
}

function toEnd<T>(steps: Generator<void, T>): { readonly value: T; readonly left: number } {
  for (let left = 0; ; left++) {
    const step = steps.next();
    if (step.done === true) return { value: step.value, left };
  }
}

function made(text: string, turns: ListTurns): Made {
  const [statement] = parse(text);
  if (statement === undefined) throw new Error("no statement");
  const options = { searchPath: ["public"], paramTypes: [], evaluation: testEvaluation() };
  const bound = bindStatement(statement, catalog, options);
  const plans = toEnd(
    plannedInSteps(turns, (searches) =>
      planBound(bound, catalog, false, { ...PLANNING_DEFAULTS, searches }),
    ),
  );
  const about = { keepsRowKeys: false, tests: undefined };
  const compiles = toEnd(compiledInSteps(turns, () => compileQuery(bound, plans.value, about)));
  return { planned: plans.value, executable: compiles.value, left: plans.left + compiles.left };
}

async function rowsOf({ executable }: Made): Promise<readonly Row[]> {
  const execution = executable.execute(testContext(new MemoryTransaction(new Map()), catalog));
  const rows: Row[] = [];
  for (;;) {
    const batch = await execution.next(100);
    if (batch === undefined) return rows;
    rows.push(...batch);
  }
}

describe("planning in steps", () => {
  it.each(Object.entries(PLANNED))("ends with the same plan: %s", (_, text) => {
    const whole = made(text, NEVER);
    const divided = made(text, ALWAYS);
    expect(divided.planned.node).toEqual(whole.planned.node);
    expect(divided.planned.paramCount).toBe(whole.planned.paramCount);
    expect(divided.left).toBeGreaterThan(whole.left);
  });

  it.each(Object.entries(ANSWERED))("ends with the same answer: %s", async (_, text) => {
    const whole = made(text, NEVER);
    const divided = made(text, ALWAYS);
    const rows = await rowsOf(whole);
    expect(rows.length).toBeGreaterThan(0);
    expect(await rowsOf(divided)).toEqual(rows);
    expect(divided.left).toBeGreaterThan(2);
  });
});
