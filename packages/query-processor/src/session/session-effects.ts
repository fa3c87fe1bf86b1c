/** What functions do to their session: sleeping, seeding random(), numbering its transaction. */
import type { SessionEffects } from "@firstlight/sql";
import { exportSnapshot } from "./exported-snapshot.ts";
import type { Session } from "./session.ts";
import { postgresTime } from "./statement-evaluation.ts";

export function sessionEffects(session: Session): SessionEffects {
  return {
    get serverStart() {
      return postgresTime(session.identity.serverStart);
    },
    get currentQuery() {
      return session.currentQuery;
    },
    sleep: (micros) => {
      session.interrupts.sleep(micros);
    },
    seedRandom: (seed) => {
      session.random.seed(seed);
    },
    notify: (channel, payload) => {
      session.notify(channel, payload);
    },
    get listeningChannels() {
      return session.listener?.channels ?? [];
    },
    get notificationQueueUsage() {
      return session.listener?.queueUsage ?? 0;
    },
    exportSnapshot: () => exportSnapshot(session),
    transactionId: (assign) => session.transactionNumbers.current(assign),
    transactionStatus: (number) => session.transactionNumbers.outcomeOf(number),
  };
}
