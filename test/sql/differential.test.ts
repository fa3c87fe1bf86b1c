/**
 * The scripts in scripts/, statement by statement, through the embedded server, the local cluster and
 * PostgreSQL 16: columns, rows, tags, notices, errors with position, and transaction status must be
 * the same. The cluster is the same engine behind other ports: it answers every fifth script, or all
 * of them with `npm run test:differential`.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Oracle } from "../oracle/oracle.ts";
import { oracleAvailable, startOracle } from "../oracle/oracle.ts";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import { WireClient } from "../support/wire.ts";
import { answerTo } from "./answer.ts";
import type { Mark, ScriptStatement } from "./script.ts";
import { statementsOf } from "./script.ts";

const missing = buildMissing() ?? oracleAvailable();
if (missing !== undefined) console.warn(`skipped: ${missing}`);

const DIRECTORY = join(import.meta.dirname, "scripts");
const NAMES = readdirSync(DIRECTORY)
  .filter((name) => name.endsWith(".sql"))
  .map((name) => name.replace(".sql", ""))
  .toSorted();

/** They compute for seconds, or ask thousands of times: eleven processes share the cores that do it. */
const COSTLY_IN_CLUSTER: ReadonlySet<string> = new Set([
  "aggregates-large",
  "analytics-joins",
  "analyze-statistics",
  "foreign-keys-sets",
  "lists-long",
  "planner-orders",
  "privileges-grants",
  "subqueries-correlated",
]);

const IN_CLUSTER = NAMES.filter(
  (name, at) =>
    process.env["ALL_SCRIPTS"] === "1" || (at % 5 === 0 && !COSTLY_IN_CLUSTER.has(name)),
);

const note = missing === undefined ? "" : ` (${missing})`;

function asMarked(
  mark: Mark | undefined,
  mine: readonly string[],
  truth: readonly string[],
): boolean {
  if (mark?.kind === "refused") return mine.some((line) => line.startsWith("ERROR 0A000: "));
  const same = mine.join("\n") === truth.join("\n");
  return same === (mark === undefined);
}

describe.each([
  ["embedded", NAMES],
  ["cluster", IN_CLUSTER],
] as const)(`SQL as PostgreSQL 16, %s${note}`, (composition, names) => {
  let database: TestDatabase;
  let oracle: Oracle;

  beforeAll(async () => {
    if (missing !== undefined) return;
    [database, oracle] = await Promise.all([startDatabase(composition), startOracle()]);
  });
  afterAll(async () => {
    await Promise.all([database?.destroy(), oracle?.stop()]);
  });

  /** Both servers in a schema of the script's own. */
  async function bothIn(schema: string): Promise<readonly [WireClient, WireClient]> {
    const ports = [database.running.ports[0] ?? 0, oracle.port] as const;
    const clients = await Promise.all(ports.map((port) => WireClient.connect(port)));
    for (const client of clients) {
      await client.query(`create schema ${schema}; set search_path = ${schema}`);
    }
    return clients as [WireClient, WireClient] & typeof clients;
  }

  function report(name: string, statement: ScriptStatement, ours: string, theirs: string): string {
    const place = `${name}.sql:${statement.line}: ${statement.sql}`;
    const mark = statement.mark === undefined ? "" : `\n  marked: ${statement.mark.reason}`;
    return `${place}${mark}\n  ours:\n${ours}\n  PostgreSQL:\n${theirs}`;
  }

  async function differencesOf(name: string): Promise<readonly string[]> {
    const [ours, theirs] = await bothIn(`script_${name.replaceAll("-", "_")}`);
    const found: string[] = [];
    for (const statement of statementsOf(readFileSync(join(DIRECTORY, `${name}.sql`), "utf8"))) {
      const [mine, truth] = await Promise.all([
        answerTo(ours, statement.sql, statement.copyData),
        answerTo(theirs, statement.sql, statement.copyData),
      ]);
      if (asMarked(statement.mark, mine, truth)) continue;
      const lines = mine.join("\n    ");
      found.push(report(name, statement, `    ${lines}`, `    ${truth.join("\n    ")}`));
    }
    ours.close();
    theirs.close();
    return found;
  }

  it.skipIf(missing !== undefined).each(names)("%s", async (name) => {
    const differences = await differencesOf(name);
    expect(differences.length, differences.join("\n\n")).toBe(0);
  });
});
