/** What a session is refused, or ended, for. */
import { SqlError } from "@firstlight/common";

export function tooManyOf(what: string, limit: number, setting: string): SqlError {
  return new SqlError("54000", `too many ${what} in one session`, {
    detail: `A session may have ${String(limit)} of them.`,
    hint: `Close those that are not needed any more, or raise "${setting}".`,
  });
}

export function locksLost(): SqlError {
  return new SqlError("57P01", "terminating connection because its advisory locks were lost", {
    severity: "FATAL",
    detail: "The query processor could not prolong its lease with the registrar.",
  });
}

export function tooManyNotifications(): SqlError {
  return new SqlError("53400", "too many notifications in the NOTIFY queue", {
    severity: "FATAL",
    detail: "The session was not idle while too many notifications waited for it.",
  });
}
