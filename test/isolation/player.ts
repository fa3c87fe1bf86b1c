/** Plays a case of an isolation script: one connection per session, no step may ever wait. */
import pg from "pg";
import { AS_TEXT } from "../support/databases.ts";
import type { Case, Step } from "./script.ts";

/** A step that is not answered by then was blocked by another session. */
const ANSWER_MILLIS_MAX = 5_000;
export const NOT_ANSWERED = "not answered: blocked";

export type Connect = (n: number) => Promise<pg.Client>;

function cell(value: string | null): string {
  return value ?? "NULL";
}

async function answerOf(client: pg.Client, sql: string): Promise<readonly string[]> {
  try {
    const result = await client.query<(string | null)[]>({
      text: sql,
      rowMode: "array",
      types: AS_TEXT,
    });
    if (result.fields.length > 0) {
      const rows = result.rows.map((row) => row.map(cell).join(" | "));
      return rows.length === 0 ? ["(no rows)"] : rows;
    }
    return [[result.command, result.rowCount].filter((part) => part !== null).join(" ")];
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    return [`! ${error.code} ${error.message}`, error.detail ?? ""];
  }
}

async function answerInTime(client: pg.Client, sql: string): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(() => resolve([NOT_ANSWERED]), ANSWER_MILLIS_MAX);
  });
  try {
    return await Promise.race([answerOf(client, sql), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** An expected error gives a beginning: what follows it in the real message is free. */
function agrees(expected: readonly string[], actual: readonly string[]): boolean {
  const [first = ""] = expected;
  if (first.startsWith("! ")) {
    return expected.every((line, i) => (actual[i] ?? "").startsWith(line));
  }
  return expected.length === actual.length && expected.every((line, i) => line === actual[i]);
}

export interface Disagreement {
  readonly step: Step;
  readonly actual: readonly string[];
}

async function playSteps(
  play: Case,
  sessions: Map<string, pg.Client>,
  connect: Connect,
): Promise<Disagreement | undefined> {
  for (const step of play.steps) {
    let client = sessions.get(step.session);
    if (client === undefined) {
      client = await connect(sessions.size);
      sessions.set(step.session, client);
    }
    const actual = await answerInTime(client, step.sql);
    if (!agrees(step.expected, actual)) return { step, actual };
  }
  return undefined;
}

/** The first step that was answered otherwise than the script says, if any. */
export async function playCase(play: Case, connect: Connect): Promise<Disagreement | undefined> {
  const setup = await connect(0);
  const sessions = new Map<string, pg.Client>();
  try {
    for (const sql of play.setup) await setup.query(sql);
    return await playSteps(play, sessions, connect);
  } finally {
    await Promise.allSettled([setup, ...sessions.values()].map((client) => client.end()));
  }
}
