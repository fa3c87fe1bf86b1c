/**
 * Probes that a cluster of Aurora DSQL was asked, with its answers (recorded/probes.txt), asked of
 * the dsql profile in their order.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { AS_TEXT, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";

interface ProbeStep {
  readonly sql: string;
  readonly expected: string[];
}

interface Probe {
  readonly name: string;
  /** Why it is answered otherwise here. */
  readonly differs: string | undefined;
  readonly steps: ProbeStep[];
}

const ATTEMPTS_MAX = 20;

function readProbes(text: string): readonly Probe[] {
  const probes: Probe[] = [];
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const [, name, differs] = /^(setup|probe \w+)(?: differs (.*))?$/u.exec(line) ?? [];
    const last = probes.at(-1);
    if (name !== undefined) probes.push({ name, differs, steps: [] });
    else if (line.startsWith("> ")) last?.steps.push({ sql: line.slice(2), expected: [] });
    else last?.steps.at(-1)?.expected.push(line);
  }
  return probes;
}

/** Command tags of all statements of a message and the last one's rows, or the error. */
async function answer(client: pg.Client, sql: string): Promise<string[]> {
  const tags: string[] = [];
  // pg has no types for it.
  const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
  const onTag = ({ text }: { text: string }): void => void tags.push(text);
  connection.on("commandComplete", onTag);
  try {
    const found = await client.query<(string | null)[]>({
      text: sql,
      rowMode: "array",
      types: AS_TEXT,
    });
    const result = Array.isArray(found) ? (found.at(-1) as typeof found) : found;
    return [
      ...tags,
      ...result.rows.map((row) => `| ${row.map((each) => each ?? "NULL").join(" | ")}`),
    ];
  } catch (error) {
    const { code, message } = error as pg.DatabaseError;
    return [`! ${String(code)} ${message}`];
  } finally {
    connection.off("commandComplete", onTag);
  }
}

/**
 * Jobs in the background change the schema (OC001) and put entries of indexes (OC000), too: what
 * meets that is asked again.
 */
async function settledAnswer(client: pg.Client, sql: string): Promise<string[]> {
  for (let attempt = 0; ; attempt++) {
    const found = await answer(client, sql);
    if (found[0]?.startsWith("! 40001") !== true || attempt >= ATTEMPTS_MAX) return found;
  }
}

const missing = buildMissing();
const [SETUP, ...PROBES] = readProbes(
  readFileSync(join(import.meta.dirname, "recorded/probes.txt"), "utf8"),
);

describe.skipIf(missing !== undefined)("answers of a cluster of Aurora DSQL", () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await startDatabase("embedded", ["--profile", "dsql-2026.09"]);
    const client = await database.connect();
    for (const { sql } of SETUP?.steps ?? []) await client.query(sql);
    await client.end();
  });
  afterAll(async () => {
    await database?.destroy();
  });

  it.each(PROBES.map((probe) => [probe.name, probe] as const))("%s", async (_, probe) => {
    const client = await database.connect();
    try {
      const found: string[][] = [];
      for (const { sql, expected } of probe.steps) {
        const all = await settledAnswer(client, sql);
        // Rows are compared where they were recorded.
        const rows = expected.some((line) => line.startsWith("| "));
        found.push(rows ? all : all.filter((line) => !line.startsWith("| ")));
      }
      const expected = probe.steps.map((step) => step.expected);
      if (probe.differs === undefined) expect(found).toEqual(expected);
      else expect(found, "no longer differs").not.toEqual(expected);
    } finally {
      await client.end();
    }
  });
});
