/** The binder against PostgreSQL 16: the same result columns, parameter types and errors. */
import { SqlError } from "@firstlight/common";
import { registerBuiltins } from "@firstlight/sql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bindStatement } from "../../packages/query-processor/src/bind/bind-statement.ts";
import {
  ORACLE_SCHEMA,
  sampleCatalog,
} from "../../packages/query-processor/src/bind/testing/test-catalog.ts";
import { TEST_EVALUATION } from "../../packages/query-processor/src/bind/testing/test-evaluation.ts";
import { loadParser, parse } from "../../packages/query-processor/src/parse/parser.ts";
import { type Analysis, Analyst } from "./analyst.ts";
import { KNOWN_DIFFERENCES } from "./binder-differences.ts";
import { STATEMENTS } from "./binder-statements/all-statements.ts";
import { type Oracle, oracleAvailable, startOracle } from "./oracle.ts";

const catalog = sampleCatalog();

function ours(statement: string): Analysis {
  try {
    const [parsed] = parse(statement);
    if (parsed === undefined) throw new Error("no statement");
    const bound = bindStatement(parsed, catalog, {
      searchPath: ["public"],
      paramTypes: [],
      evaluation: TEST_EVALUATION,
    });
    const columns = (bound.columns ?? []).map(({ name, type, typmod, columnNumber }) => ({
      name,
      type,
      typmod,
      columnNumber,
    }));
    return { kind: "ok", params: bound.paramTypes, columns };
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    const { position, detail, hint } = error.fields;
    return {
      kind: "error",
      sqlstate: error.sqlstate,
      message: error.message,
      position: position ?? 0,
      detail: detail ?? "",
      hint: hint ?? "",
    };
  }
}

/** What is refused with 0A000 is not wrong, only not there. */
function isRefusal(analysis: Analysis): boolean {
  return analysis.kind === "error" && analysis.sqlstate === "0A000";
}

describe.skipIf(oracleAvailable() !== undefined)("the binder and PostgreSQL agree", () => {
  let oracle: Oracle;
  let analyst: Analyst;

  beforeAll(async () => {
    registerBuiltins();
    await loadParser();
    oracle = await startOracle();
    analyst = await Analyst.connect(oracle.url);
    for (const statement of ORACLE_SCHEMA) await analyst.run(statement);
  });

  afterAll(async () => {
    await analyst.end();
    await oracle.stop();
  });

  test("on result columns, parameter types and errors of every statement", async () => {
    const wrong: { statement: string; ours: Analysis; theirs: Analysis }[] = [];
    const refused: string[] = [];
    for (const statement of STATEMENTS) {
      const theirs = await analyst.analyse(statement);
      const own = ours(statement);
      if (JSON.stringify(own) === JSON.stringify(theirs)) continue;
      if (isRefusal(own)) refused.push(`${statement}: ${JSON.stringify([own, theirs])}`);
      else if (!KNOWN_DIFFERENCES.has(statement)) wrong.push({ statement, ours: own, theirs });
    }
    if (process.env["BINDER_REPORT"] !== undefined) {
      for (const each of wrong) {
        console.log(
          `${each.statement}\n  ours   ${JSON.stringify(each.ours)}\n  theirs ${JSON.stringify(each.theirs)}`,
        );
      }
      console.log(`refused: ${refused.length}\n  ${refused.join("\n  ")}`);
    }
    expect(wrong).toEqual([]);
    expect(refused.length).toBeLessThan(STATEMENTS.length / 20);
  });
});
