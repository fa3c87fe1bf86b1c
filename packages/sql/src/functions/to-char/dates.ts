/**
 * to_char() of timestamps and intervals. Null for an empty template and for infinite timestamps.
 */
import { registerFunctions } from "../registry.ts";
import { brokenDown, julianDay } from "../../values/calendar.ts";
import type { Interval } from "../../values/datum.ts";
import { zoneAbbreviationAt, zoneOffsetAt } from "../../values/time-zone.ts";
import { isFiniteTimestamp, sessionZone } from "../datetime/bounds.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { longCall } from "../long-call.ts";
import { longDateFormat, parseDateFormat } from "./date-format.ts";
import type { DateNode } from "./date-format.ts";
import { writeDate, writeDateSteps } from "./date-writer.ts";
import type { DateParts } from "./date-writer.ts";
import { LONG_TEMPLATE } from "./template-nodes.ts";

const CACHE_SIZE = 20;
const formats = new Map<string, readonly DateNode[]>();

function formatOf(template: string): readonly DateNode[] {
  let nodes = formats.get(template);
  if (nodes === undefined) {
    nodes = parseDateFormat(template);
    if (formats.size >= CACHE_SIZE) formats.clear();
    formats.set(template, nodes);
  }
  return nodes;
}

function written(context: EvaluationContext, template: string, parts: DateParts): string {
  if (template.length < LONG_TEMPLATE) return writeDate(formatOf(template), parts);
  return longCall(context, () => writeDateSteps(longDateFormat(template), parts));
}

function timestampParts(local: bigint, zone?: DateParts["zone"]): DateParts {
  const down = brokenDown(local);
  const dayOfYear = julianDay(down.year, down.month, down.day) - julianDay(down.year, 1, 1) + 1;
  return { interval: false, ...down, dayOfYear, zone };
}

function intervalParts(span: Interval): DateParts {
  const year = Math.trunc(span.months / 12);
  const month = span.months % 12;
  const seconds = span.micros / 1_000_000n;
  return {
    interval: true,
    year: year + 0,
    month: month + 0,
    day: span.days,
    hour: Number(seconds / 3600n),
    minute: Number((seconds / 60n) % 60n),
    second: Number(seconds % 60n),
    micros: Number(span.micros % 1_000_000n),
    dayOfYear: span.months * 30 + span.days,
  };
}

export function registerDateTemplates(): void {
  registerFunctions({
    timestamp_to_char: (context, a: bigint, template: string) =>
      template === "" || !isFiniteTimestamp(a)
        ? null
        : written(context, template, timestampParts(a)),
    timestamptz_to_char: (context, a: bigint, template: string) => {
      if (template === "" || !isFiniteTimestamp(a)) return null;
      const zone = sessionZone(context);
      const offset = zoneOffsetAt(zone, a);
      const abbreviation = zoneAbbreviationAt(zone, a);
      const parts = timestampParts(a + BigInt(offset) * 1_000_000n, { abbreviation, offset });
      return written(context, template, parts);
    },
    interval_to_char: (context, a: Interval, template: string) =>
      template === "" ? null : written(context, template, intervalParts(a)),
  });
}
