/** to_date() and to_timestamp(text, text). */
import { SqlError } from "@firstlight/common";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { DATE_END, DATE_MIN, timestampFromParts } from "../../values/calendar.ts";
import { roundTimestamp } from "../../values/datetime-input.ts";
import { fromLocal } from "../../values/time-zone.ts";
import { checkedTimestamp, sessionZone, timestampOutOfRange } from "../datetime/bounds.ts";
import { longCall } from "../long-call.ts";
import { registerFunctions } from "../registry.ts";
import { assembleMoment, dayNumber } from "./date-assembly.ts";
import type { AssembledMoment } from "./date-assembly.ts";
import { longDateFormat, parseDateFormat } from "./date-format.ts";
import { readDate, readDateSteps } from "./date-reader.ts";
import { LONG_TEMPLATE } from "./template-nodes.ts";

function readMoment(context: EvaluationContext, text: string, template: string): AssembledMoment {
  const fields =
    template.length < LONG_TEMPLATE
      ? readDate(text, parseDateFormat(template))
      : longCall(context, () => readDateSteps(text, longDateFormat(template)));
  return assembleMoment(fields, text);
}

/** Without a zone in the text, in the session's one. */
function toTimestamp(context: EvaluationContext, text: string, template: string): bigint {
  const { date, micros, zone, fractionDigits } = readMoment(context, text, template);
  const day = dayNumber(date);
  if (day === undefined) throw timestampOutOfRange();
  const local = timestampFromParts(day, micros);
  const instant =
    zone === undefined ? fromLocal(sessionZone(context), local) : local - BigInt(zone) * 1_000_000n;
  return roundTimestamp(checkedTimestamp(instant), fractionDigits === 0 ? -1 : fractionDigits);
}

function toDate(context: EvaluationContext, text: string, template: string): number {
  const day = dayNumber(readMoment(context, text, template).date);
  if (day !== undefined && day >= DATE_MIN && day < DATE_END) return day;
  throw new SqlError("22008", `date out of range: "${text}"`);
}

export function registerDateReading(): void {
  registerFunctions({ to_timestamp: toTimestamp, to_date: toDate });
}
