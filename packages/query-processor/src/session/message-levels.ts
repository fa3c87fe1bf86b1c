/** Which notices a client gets: those at or above client_min_messages. */
import type { Severity } from "../wire/messages.ts";

const LEVELS = [
  "debug5",
  "debug4",
  "debug3",
  "debug2",
  "debug1",
  "log",
  "notice",
  "warning",
  "error",
];

/** INFO is always sent. */
export function isSent(severity: Severity, minimum: string): boolean {
  if (severity === "INFO") return true;
  return LEVELS.indexOf(severity.toLowerCase()) >= LEVELS.indexOf(minimum);
}
