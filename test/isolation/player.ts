/** Plays a case of an isolation script: one connection per session; a step waits only
 * where the script says so. */
import pg from "pg";
import { AS_TEXT } from "../support/databases.ts";
import type { Case, Step } from "./script.ts";

/** A step that is not answered by then was blocked by another session. */
const ANSWER_MILLIS_MAX = 60_000;
export const NOT_ANSWERED = "not answered: blocked";
/** The answer of a step that is meant to wait; a later step has its real one. */
export const WAITS = "(waits)";
const WAITING_MILLIS = 300;

export type Connect = (n: number) => Promise<pg.Client>;

function cell(value: string | null): string {
  return value === "" ? "''" : (value ?? "NULL");
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

async function within<T>(millis: number, promise: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), millis);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A session of a case: its connection, a statement that waits, and notifications not looked at. */
class PlayedSession {
  readonly client: pg.Client;
  readonly pid: Promise<number>;
  #waiting: Promise<readonly string[]> | undefined;
  #notifications: pg.Notification[] = [];

  constructor(client: pg.Client) {
    this.client = client;
    client.on("notification", (message) => this.#notifications.push(message));
    const asked = client.query<{ pid: number }>("select pg_backend_pid() as pid");
    this.pid = asked.then(({ rows }) => rows[0]?.pid ?? 0);
  }

  async send(sql: string, mayWait: boolean): Promise<readonly string[]> {
    const answer = answerOf(this.client, sql);
    if (!mayWait) return within(ANSWER_MILLIS_MAX, answer, [NOT_ANSWERED]);
    this.#waiting = answer;
    return within(WAITING_MILLIS, answer, [WAITS]);
  }

  async answer(): Promise<readonly string[]> {
    return within(ANSWER_MILLIS_MAX, this.#waiting ?? Promise.resolve([]), [NOT_ANSWERED]);
  }

  /** As many as are expected, and what came beside them. */
  async notifications(count: number, nameOf: Map<number, string>): Promise<readonly string[]> {
    const giveUp = Date.now() + ANSWER_MILLIS_MAX;
    while (this.#notifications.length < count && Date.now() < giveUp) await pause(10);
    const seen = this.#notifications;
    this.#notifications = [];
    return seen.map(({ channel, payload = "", processId }) =>
      [channel, cell(payload), nameOf.get(processId) ?? `pid ${processId}`].join(" | "),
    );
  }
}

function pause(millis: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
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

/** "(none)": nothing arrives while a moment passes. */
async function playStep(
  step: Step,
  session: PlayedSession,
  sessions: ReadonlyMap<string, PlayedSession>,
): Promise<readonly string[]> {
  if (step.kind === "answer") return session.answer();
  if (step.sql !== undefined) return session.send(step.sql, step.expected[0] === WAITS);
  const names = new Map<number, string>();
  for (const [name, each] of sessions) names.set(await each.pid, name);
  const none = step.expected[0] === "(none)";
  if (none) await pause(WAITING_MILLIS);
  const seen = await session.notifications(none ? 0 : step.expected.length, names);
  return none && seen.length === 0 ? step.expected : seen;
}

async function playSteps(
  play: Case,
  sessions: Map<string, PlayedSession>,
  connect: Connect,
): Promise<Disagreement | undefined> {
  for (const step of play.steps) {
    let session = sessions.get(step.session);
    if (session === undefined) {
      session = new PlayedSession(await connect(sessions.size));
      sessions.set(step.session, session);
      await session.pid;
    }
    const actual = await playStep(step, session, sessions);
    if (!agrees(step.expected, actual)) return { step, actual };
  }
  return undefined;
}

/** The first step that was answered otherwise than the script says, if any. */
export async function playCase(play: Case, connect: Connect): Promise<Disagreement | undefined> {
  const setup = await connect(0);
  const sessions = new Map<string, PlayedSession>();
  try {
    for (const sql of play.setup) await setup.query(sql);
    return await playSteps(play, sessions, connect);
  } finally {
    const clients = [...sessions.values()].map(({ client }) => client);
    await Promise.allSettled([setup, ...clients].map((client) => client.end()));
  }
}
