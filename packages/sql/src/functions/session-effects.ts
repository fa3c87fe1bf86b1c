/** pg_sleep, setseed, transaction numbers and what else works on the session itself. */
import { InvariantError, SqlError } from "@firstlight/common";
import type { EvaluationContext, SessionEffects } from "../expression/evaluation-context.ts";
import type { Interval } from "../values/datum.ts";
import { formatGeneral } from "../values/float.ts";
import { MICROS_PER_DAY_BIG } from "../values/calendar.ts";
import { registerFunctions, registerSetReturning } from "./registry.ts";
import { sessionOf } from "./system.ts";

const VOID = "";

function effectsOf(context: EvaluationContext): SessionEffects {
  const { effects } = sessionOf(context);
  if (effects !== undefined) return effects;
  throw new InvariantError("an expression of the schema acts on its session");
}

const SECONDS_PER_MONTH_MICROS = 30n * MICROS_PER_DAY_BIG;

/** NaN and what is past do not wait. */
function sleep(context: EvaluationContext, seconds: number): string {
  if (seconds > 0) effectsOf(context).sleep(seconds * 1e6);
  return VOID;
}

function microsOf({ months, days, micros }: Interval): number {
  return Number(
    BigInt(months) * SECONDS_PER_MONTH_MICROS + BigInt(days) * MICROS_PER_DAY_BIG + micros,
  );
}

function setSeed(context: EvaluationContext, seed: number): string {
  if (!(seed >= -1 && seed <= 1)) {
    const text = formatGeneral(seed, 6);
    throw new SqlError("22023", `setseed parameter ${text} is out of allowed range [-1,1]`);
  }
  effectsOf(context).seedRandom(seed);
  return VOID;
}

export function registerSessionEffects(): void {
  registerFunctions({
    pg_sleep: (context, seconds: number) => sleep(context, seconds),
    "pg_sleep_for(interval)": (context, span: Interval) => sleep(context, microsOf(span) / 1e6),
    "pg_sleep_until(timestamptz)": (context, until: bigint) =>
      sleep(context, Number(until - context.clockTime()) / 1e6),
    setseed: (context, seed: number) => setSeed(context, seed),
    pg_export_snapshot: (context) => effectsOf(context).exportSnapshot(),
    pg_current_xact_id: (context) => effectsOf(context).transactionId(true) ?? null,
    pg_current_xact_id_if_assigned: (context) => effectsOf(context).transactionId(false) ?? null,
    pg_xact_status: (context, number: bigint) =>
      effectsOf(context).transactionStatus(number) ?? null,
    pg_postmaster_start_time: (context) => effectsOf(context).serverStart,
    pg_conf_load_time: (context) => effectsOf(context).serverStart,
    current_query: (context) => effectsOf(context).currentQuery,
    pg_notify: (context, channel: string | null, payload: string | null) => {
      effectsOf(context).notify(channel ?? "", payload ?? "");
      return VOID;
    },
    pg_notification_queue_usage: (context) => effectsOf(context).notificationQueueUsage,
  });
  registerSetReturning({
    pg_listening_channels: () => (context) => effectsOf(context).listeningChannels,
  });
}
