/** What a session learns of others, and does to them, on all query processors of the cluster. */
import { isPromise } from "@firstlight/common";
import type { ListedLock, MaybePromise } from "@firstlight/common";
import type { ActivityReport } from "../statistics/activity-counters.ts";
import type { ListedSession } from "../catalog/catalog.ts";
import { userError } from "../engine/service-failure.ts";
import type { DatabaseQuestion } from "./session-parts.ts";
import type { Session } from "./session.ts";

/** A query processor that does not answer by then is left out. */
const LIST_PATIENCE_MICROS = 1_000_000;
const SIGNAL_PATIENCE_MICROS = 5_000_000;
/** What sessions are given to end. */
const TERMINATION_MICROS = 200_000;

export function clusterSessions(session: Session): MaybePromise<readonly ListedSession[]> {
  const { membership } = session.engine;
  const own = session.localSessions();
  if (membership === undefined || membership.isAlone) return own;
  const options = { patienceMicros: LIST_PATIENCE_MICROS, all: false };
  return membership
    .ask("sessions", undefined, options)
    .then((answers) => [...own, ...answers.flat()] as ListedSession[], rethrowForUser);
}

export function clusterActivity({ engine }: Session): MaybePromise<readonly ActivityReport[]> {
  const { membership } = engine;
  const own = engine.activity === undefined ? [] : [engine.activity.report()];
  if (membership === undefined || membership.isAlone) return own;
  const options = { patienceMicros: LIST_PATIENCE_MICROS, all: false };
  return membership
    .ask("activity", undefined, options)
    .then((answers) => [...own, ...(answers as ActivityReport[])], rethrowForUser);
}

export function clusterLocks({ engine }: Session): MaybePromise<readonly ListedLock[]> {
  const listed = engine.membership?.call({ kind: "listLocks" }) ?? { locks: [] };
  if (!isPromise(listed)) return listed.locks;
  return listed.then(({ locks }) => locks, rethrowForUser);
}

/** False with a warning where there is no such session. */
export function signalAnywhere(
  session: Session,
  pid: number,
  signal: "cancel" | "terminate",
): MaybePromise<boolean> {
  if (session.identity.signal(pid, signal)) return true;
  const { membership } = session.engine;
  const absent = (): false => {
    session.warning("01000", `PID ${pid} is not a PostgreSQL backend process`);
    return false;
  };
  if (membership === undefined || membership.isAlone) return absent();
  const options = { patienceMicros: SIGNAL_PATIENCE_MICROS, all: false };
  return membership
    .ask("signal", { pid, signal }, options)
    .then((answers) => answers.includes(true) || absent(), rethrowForUser);
}

/** How many others than this one are in the database. */
export async function sessionsInDatabase(
  { engine, identity, runtime }: Session,
  question: DatabaseQuestion,
): Promise<number> {
  const options = { patienceMicros: SIGNAL_PATIENCE_MICROS, all: true };
  const local = identity.countIn(question, identity.pid);
  const asked = await (engine.membership?.ask("sessionsIn", question, options) ?? []);
  const found = asked.map(Number).reduce((sum, each) => sum + each, local);
  if (question.terminate && found > 0) await runtime.clock.sleep(TERMINATION_MICROS);
  return found;
}

function rethrowForUser(error: unknown): never {
  throw userError(error);
}
