/** Every call listed in function-cases gives what PostgreSQL 16 gives, errors included. */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FUNCTION_CASES } from "./function-cases/all-cases.ts";
import { TIME_ZONE, callSql, ourAnswer, parseCall } from "./function-calls.ts";
import type { FunctionCall } from "./function-calls.ts";
import { type Oracle, oracleAvailable, startOracle } from "./oracle.ts";

const unavailable = oracleAvailable();
if (unavailable !== undefined) console.warn(`skipped: ${unavailable}`);

let oracle: Oracle;
let client: pg.Client;

interface Answer {
  readonly text: string;
  readonly type: number;
}

async function oracleAnswer(call: FunctionCall): Promise<Answer> {
  const types = { getTypeParser: () => (value: string) => value } as pg.CustomTypesConfig;
  try {
    const query: pg.QueryArrayConfig = { text: callSql(call), rowMode: "array", types };
    const result = await client.query<(string | null)[]>(query);
    const rows = result.rows.map((row) => row[0] ?? "NULL");
    return { text: rows.join("\n"), type: result.fields[0]?.dataTypeID ?? 0 };
  } catch (error) {
    const failure = error as { code?: string; message: string };
    return { text: `${failure.code ?? ""} ${failure.message}`, type: 25 };
  }
}

describe.skipIf(unavailable !== undefined)("functions answer as PostgreSQL 16", () => {
  beforeAll(async () => {
    oracle = await startOracle();
    client = new pg.Client({ connectionString: oracle.url });
    await client.connect();
    await client.query(`set timezone = '${TIME_ZONE}'`);
  });

  afterAll(async () => {
    await client.end();
    await oracle.stop();
  });

  for (const [family, lines] of Object.entries(FUNCTION_CASES)) {
    it(`${family}`, async () => {
      const ours: string[] = [];
      const theirs: string[] = [];
      for (const line of lines) {
        const call = parseCall(line);
        const answer = await oracleAnswer(call);
        theirs.push(`${line} => ${answer.text}`);
        ours.push(`${line} => ${ourAnswer(call, answer.type)}`);
      }
      expect(ours).toEqual(theirs);
    });
  }
});
