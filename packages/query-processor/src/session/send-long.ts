/** Sends messages with long values, with turns for others between their pieces. */
import type { Steps } from "@firstlight/sql";
import type { LongMessage } from "../wire/long-message.ts";
import { longErrorResponse } from "../wire/long-report.ts";
import { errorResponse } from "../wire/messages.ts";
import type { Report } from "../wire/messages.ts";
import type { Output } from "../wire/output.ts";
import type { Session } from "./session.ts";
import { settled } from "./task.ts";
import type { Task } from "./task.ts";

/** Where pieces of a message go. */
interface PartSink {
  readonly output: Output;
  /** What has to be waited for. */
  part(): Task<void> | undefined;
}

/** Work that may be interrupted between its steps. */
export function* inTurns<T>(session: Session, steps: Steps<T>): Task<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    session.interrupts.check();
    if (session.interrupts.overdue()) yield* session.wait(session.interrupts.yield());
  }
}

/** A client that is behind is not waited for: nothing may end the statement here. */
export function sendPart({ output, units, connection, hasMuchOutput }: Session): undefined {
  if (!hasMuchOutput || units.keepsHold(output.size)) return undefined;
  output.release();
  connection.flush();
  return undefined;
}

/** Nothing ends this: the statement has failed already. */
export function* reportLong(session: Session, report: Report): Task<void> {
  const { output, interrupts } = session;
  const turn = function* (): Task<void> {
    if (interrupts.overdue()) yield* settled(interrupts.yield());
  };
  const counting = longErrorResponse(report, output.characters);
  let step = counting.next();
  for (; step.done !== true; step = counting.next()) yield* turn();
  if (step.value === undefined) return errorResponse(output, report);
  for (const _ of step.value.write(output)) {
    sendPart(session);
    yield* turn();
  }
}

/** What has left in part is completed, AFTER all that may fail or be cancelled. */
export function* sendLong(
  session: Session,
  counting: Steps<LongMessage>,
  sink: PartSink = { output: session.output, part: () => sendPart(session) },
): Task<void> {
  const message = yield* inTurns(session, counting);
  for (const _ of message.write(sink.output)) {
    const leaving = sink.part();
    if (leaving !== undefined) yield* leaving;
    if (session.interrupts.overdue()) yield* settled(session.interrupts.yield());
  }
}
