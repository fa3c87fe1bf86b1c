/** Planning that is given up for long searches, and begun anew, ends with the same plans. */
import { beforeAll, describe, expect, it } from "vitest";
import { bindStatement } from "../../bind/bind-statement.ts";
import { plannedInSteps } from "../../engine/planning-steps.ts";
import { compilePlan } from "../../execute/plan-query.ts";
import { testEvaluation } from "../../execute/testing/statement-runner.ts";
import { loadParser, parse } from "../../parse/parser.ts";
import type { PlanNode } from "../plan-node.ts";
import { PLANNING_DEFAULTS } from "../planning-options.ts";
import { largeCatalog } from "../testing/large-tables.ts";
import type { JoinSearches } from "./join-searches.ts";

const COUNT = 10;

const catalog = largeCatalog(
  Array.from({ length: COUNT }, (_, at) => ({
    name: `t${at}`,
    rows: 10 ** (2 + (at % 4)) + at,
    columns: { id: 10 ** (2 + (at % 4)) + at, a: 50 + at * 7, b: 10 + at },
    indexes: at % 3 === 0 ? [["a"]] : [],
  })),
);

beforeAll(loadParser);

function list(from: number, to: number, item: (i: number) => string, separator: string): string {
  return Array.from({ length: to - from }, (_, i) => item(from + i)).join(separator);
}

const ALL = list(0, COUNT, (i) => `t${i}`, ", ");
const CHAIN = list(1, COUNT, (i) => `t${i - 1}.a = t${i}.id`, " and ");
const SOME = list(0, 8, (i) => `t${i}`, ", ");
const STAR = list(1, 8, (i) => `t0.a = t${i}.a`, " and ");

const QUERIES: Readonly<Record<string, string>> = {
  "a chain": `select count(*) from ${ALL} where ${CHAIN}`,
  "a chain in order": `select t0.id, t9.b from ${ALL} where ${CHAIN} and t3.b = 5 order by t5.a limit 10`,
  "a star": `select count(*) from ${SOME} where ${STAR} and t4.b < 3`,
  "outer joins": `select count(*) from t0 ${list(1, COUNT, (i) => `left join t${i} on t${i - 1}.a = t${i}.b`, " ")}`,
  "semi-joins": `select count(*) from t0, t1, t2, t3 where t0.a = t1.id and t1.a = t2.id and t2.a = t3.id ${list(4, COUNT, (i) => `and t${i % 4}.b in (select b from t${i} where a > 2)`, " ")}`,
  "several searches": `select count(*) from (select t0.id, count(*) as n from ${ALL} where ${CHAIN} group by 1) x, (select t1.b from ${SOME} where ${STAR} group by 1) y where x.n = y.b`,
};

interface Outcome {
  readonly node: PlanNode;
  readonly attempts: number;
  readonly steps: number;
}

function planned(text: string, inSteps: boolean): Outcome {
  const [statement] = parse(text);
  if (statement === undefined) throw new Error("no statement");
  const evaluation = testEvaluation();
  const { query } = bindStatement(statement, catalog, {
    searchPath: ["public"],
    paramTypes: [],
    evaluation,
  });
  if (query.kind === "explain") throw new Error("no query");
  let attempts = 0;
  const plan = (searches?: JoinSearches): PlanNode => {
    attempts++;
    const options = { ...PLANNING_DEFAULTS, ...(searches === undefined ? {} : { searches }) };
    return compilePlan(query, catalog, false, options).node;
  };
  if (!inSteps) return { node: plan(), attempts, steps: 0 };
  const planning = plannedInSteps({ overdue: () => false }, plan);
  for (let steps = 0; ; steps++) {
    const step = planning.next();
    if (step.done === true) return { node: step.value, attempts, steps };
  }
}

describe("a search for joins in steps", () => {
  it.each(Object.entries(QUERIES))("ends with the same plan: %s", (_, text) => {
    const whole = planned(text, false);
    const divided = planned(text, true);
    expect(divided.node).toEqual(whole.node);
    expect(divided.attempts).toBeGreaterThan(1);
    expect(divided.steps).toBeGreaterThan(2);
  });

  it("is none where there is little to try", () => {
    const { attempts } = planned(
      "select 1 from t0, t1, t2 where t0.a = t1.id and t1.a = t2.id",
      true,
    );
    expect(attempts).toBe(1);
  });
});
