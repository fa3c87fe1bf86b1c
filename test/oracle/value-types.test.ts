/**
 * Types with a file of expressions of their own (value-types/*.txt) against PostgreSQL: type and
 * value, or SQLSTATE, message and position. Nothing of them may be refused.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Oracle, oracleAvailable, startOracle } from "./oracle.ts";
import { type Answer, answerOf, loadParser } from "./small-binder.ts";

const unavailable = oracleAvailable();
if (unavailable !== undefined) console.warn(`skipped: ${unavailable}`);

/** format() prints with the type's output function, which a cast to text does not always do. */
const WRAPPER =
  "select pg_typeof(x)::text, case when x is not distinct from null then null else format('%s', x) end from (select ";
const FOLDER = join(import.meta.dirname, "value-types");

/** `{{a¦ b}}` in a line stands for one line with each of them; pairs multiply. */
function expand(line: string): readonly string[] {
  const match = /\{\{(.*?)\}\}/.exec(line);
  if (match === null) return [line];
  const head = line.slice(0, match.index);
  const tail = line.slice(match.index + match[0].length);
  return (match[1] ?? "").split("¦").flatMap((part) => expand(head + part.trim() + tail));
}

function linesOf(file: string): readonly string[] {
  const text = readFileSync(join(FOLDER, file), "utf8");
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .flatMap(expand);
}

describe.skipIf(unavailable !== undefined)("values of types answer as PostgreSQL does", () => {
  let oracle: Oracle;
  let client: pg.Client;

  beforeAll(async () => {
    await loadParser();
    oracle = await startOracle();
    client = new pg.Client({ connectionString: oracle.url });
    await client.connect();
    await client.query("set timezone = 'UTC'");
  });

  afterAll(async () => {
    await client.end();
    await oracle.stop();
  });

  async function oracleAnswer(sql: string): Promise<Answer> {
    try {
      const result = await client.query<[string, string | null]>({
        text: `${WRAPPER}${sql} as x) s`,
        rowMode: "array",
      });
      const [type = "", value = null] = result.rows[0] ?? [];
      return { type, value };
    } catch (error) {
      const { code = "", message, position } = error as pg.DatabaseError;
      const offset = position === undefined ? undefined : Number(position) - WRAPPER.length;
      return { sqlstate: code, message, position: offset };
    }
  }

  function printed(answer: Answer): string {
    if ("sqlstate" in answer) {
      return `${answer.sqlstate} ${answer.message} at ${String(answer.position)}`;
    }
    return `${answer.type} ${String(answer.value)}`;
  }

  function ourAnswer(sql: string): string {
    try {
      return printed(answerOf(sql));
    } catch (error) {
      return String(error);
    }
  }

  it.each(readdirSync(FOLDER))("%s", async (file) => {
    const ours: string[] = [];
    const theirs: string[] = [];
    let total = 0;
    for (const sql of linesOf(file)) {
      total += 1;
      const expected = printed(await oracleAnswer(sql));
      const answer = ourAnswer(sql);
      if (answer === expected) continue;
      ours.push(`${sql} => ${answer}`);
      theirs.push(`${sql} => ${expected}`);
    }
    console.log(`${file}: ${total} expressions, ${ours.length} different`);
    expect(ours).toEqual(theirs);
  });
});
