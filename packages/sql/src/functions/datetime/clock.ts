/**
 * now() and its kin.
 */
import { registerFunctions } from "../registry.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import {
  brokenDown,
  dayOfTimestamp,
  dayOfWeek,
  POSTGRES_EPOCH_JULIAN,
} from "../../values/calendar.ts";
import { toLocal, zoneAbbreviationAt } from "../../values/time-zone.ts";
import { sessionZone } from "./bounds.ts";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

const pad = (value: number, width: number): string => String(value).padStart(width, "0");

/** "Wed Feb 26 02:12:35.123456 2020 UTC" */
function timeOfDay(context: EvaluationContext): string {
  const zone = sessionZone(context);
  const now = context.clockTime();
  const local = toLocal(zone, now);
  const at = brokenDown(local);
  const day = DAYS[dayOfWeek(dayOfTimestamp(local) + POSTGRES_EPOCH_JULIAN)] ?? "";
  const clock = [at.hour, at.minute, at.second].map((part) => pad(part, 2)).join(":");
  const date = `${day} ${MONTHS[at.month - 1] ?? ""} ${pad(at.day, 2)}`;
  return `${date} ${clock}.${pad(at.micros, 6)} ${at.year} ${zoneAbbreviationAt(zone, now)}`;
}

export function registerClock(): void {
  registerFunctions({
    now: (context) => context.transactionTime,
    statement_timestamp: (context) => context.statementTime,
    clock_timestamp: (context) => context.clockTime(),
    timeofday: (context) => timeOfDay(context),
  });
}
