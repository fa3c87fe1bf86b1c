/** What a session's advisory locks need of it. */
import type { LockingSession } from "../locks/session-locks.ts";
import type { Session } from "./session.ts";

export function lockingSession(session: Session, lost: () => void): LockingSession {
  return {
    pid: session.identity.pid,
    get lockTimeoutMicros() {
      return session.settings.derived.lockTimeoutMicros;
    },
    warning: (sqlstate, message) => {
      session.warning(sqlstate, message);
    },
    lost,
  };
}
