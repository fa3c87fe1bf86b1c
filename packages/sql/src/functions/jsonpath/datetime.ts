/** .datetime() and the comparison of what it gives. */
import { SqlError } from "@firstlight/common";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import * as oids from "../../types/oids.ts";
import {
  DATE_END,
  DATE_MIN,
  TIMESTAMP_END,
  TIMESTAMP_MIN,
  timestampFromParts,
} from "../../values/calendar.ts";
import { roundTime, roundTimestamp } from "../../values/datetime-input.ts";
import { TIMESTAMP_INFINITY } from "../../values/datum.ts";
import type { TimeTz } from "../../values/datum.ts";
import { fromLocal, zoneOffsetOfLocal } from "../../values/time-zone.ts";
import { timestampOfDate } from "../datetime/arithmetic.ts";
import { sessionZone } from "../datetime/bounds.ts";
import { compareTimeTz } from "../datetime/compare.ts";
import { assembleMoment, dayNumber } from "../to-char/date-assembly.ts";
import type { AssembledMoment } from "../to-char/date-assembly.ts";
import { parseDateFormat } from "../to-char/date-format.ts";
import type { DateNode } from "../to-char/date-format.ts";
import { readDate } from "../to-char/date-reader.ts";
import { kindOf } from "../to-char/read-fields.ts";
import type { TemplateKind } from "../to-char/read-fields.ts";
import { type Moment, PathError, pathError, type PathValue } from "./path-value.ts";

/** The forms of ISO 8601 that are tried when no template is given. */
const TEMPLATES: readonly string[] = ["yyyy-mm-dd"].concat(
  ["HH24:MI:SS.USTZH:TZM", "HH24:MI:SS.USTZH", "HH24:MI:SSTZH:TZM", "HH24:MI:SSTZH"],
  ["HH24:MI:SS.US", "HH24:MI:SS"],
  ["yyyy-mm-dd ", 'yyyy-mm-dd"T"'].flatMap((date) =>
    ["HH24:MI:SS.USTZH:TZM", "HH24:MI:SS.USTZH", "HH24:MI:SSTZH:TZM", "HH24:MI:SSTZH"].map(
      (time) => date + time,
    ),
  ),
  ["yyyy-mm-dd ", 'yyyy-mm-dd"T"'].flatMap((date) =>
    ["HH24:MI:SS.US", "HH24:MI:SS"].map((time) => date + time),
  ),
);

const FORMATS_MAX = 200;
const formats = new Map<string, readonly DateNode[]>();

/** Templates come with queries: past the bound they are parsed anew. */
function formatOf(template: string): readonly DateNode[] {
  const known = formats.get(template);
  if (known !== undefined) return known;
  if (formats.size >= FORMATS_MAX) formats.clear();
  const nodes = parseDateFormat(template, true);
  formats.set(template, nodes);
  return nodes;
}

function typeOf({ dated, timed, zoned }: TemplateKind): number {
  if (dated && zoned && !timed) {
    throw new SqlError("22007", "datetime format is zoned but not timed");
  }
  if (dated && timed) return zoned ? oids.TIMESTAMPTZ : oids.TIMESTAMP;
  if (dated) return oids.DATE;
  if (timed) return zoned ? oids.TIMETZ : oids.TIME;
  throw new SqlError("22007", "datetime format is not dated and not timed");
}

function valueOf(type: number, moment: AssembledMoment): Moment["value"] {
  const { micros, zone = 0, fractionDigits } = moment;
  const digits = fractionDigits === 0 ? -1 : fractionDigits;
  if (type === oids.TIME) return roundTime(micros, digits);
  if (type === oids.TIMETZ) {
    return { tag: "timetz", micros: roundTime(micros, digits), zone: -zone };
  }
  const day = dayNumber(moment.date);
  if (type === oids.DATE) {
    if (day !== undefined && day >= DATE_MIN && day < DATE_END) return day;
    throw new SqlError("22008", "date out of range");
  }
  if (day === undefined) throw outOfRange(type);
  const local = timestampFromParts(day, micros);
  const instant = type === oids.TIMESTAMPTZ ? local - BigInt(zone) * 1_000_000n : local;
  if (instant < TIMESTAMP_MIN || instant >= TIMESTAMP_END) throw outOfRange(type);
  return roundTimestamp(instant, digits);
}

function outOfRange(type: number): SqlError {
  return new SqlError("22008", `${NAMES[type]} out of range`);
}

function readBy(text: string, template: string): Moment {
  const nodes = formatOf(template);
  const assembled = assembleMoment(readDate(text, nodes, true), text);
  const names = nodes.flatMap((node) => (node.kind === "field" ? [node.name] : []));
  const type = typeOf(kindOf(names));
  if (type === oids.TIMESTAMPTZ || type === oids.TIMETZ) {
    if (assembled.zone === undefined) {
      throw new SqlError("22007", `missing time zone in input string for type ${NAMES[type]}`);
    }
  }
  return { kind: "moment", type, value: valueOf(type, assembled), offset: assembled.zone ?? 0 };
}

/** Errors of reading are suppressed where those of the path are. */
function asPathError(error: unknown): unknown {
  if (!(error instanceof SqlError)) return error;
  return new PathError(error.sqlstate, error.message, error.fields);
}

export function readMoment(value: PathValue, template: string | undefined): Moment {
  if (value.kind !== "string") {
    throw pathError("22031", "jsonpath item method .datetime() can only be applied to a string");
  }
  if (template !== undefined) {
    try {
      return readBy(value.value, template);
    } catch (error) {
      throw asPathError(error);
    }
  }
  for (const each of TEMPLATES) {
    try {
      return readBy(value.value, each);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
    }
  }
  throw unrecognized(value.value);
}

function unrecognized(text: string): SqlError {
  return pathError(
    "22031",
    `datetime format is not recognized: "${text}"`,
    "Use a datetime template argument to specify the input data format.",
  );
}

const NAMES: Readonly<Record<number, string>> = {
  [oids.DATE]: "date",
  [oids.TIME]: "time",
  [oids.TIMETZ]: "timetz",
  [oids.TIMESTAMP]: "timestamp",
  [oids.TIMESTAMPTZ]: "timestamptz",
};

function requireZones(useZone: boolean, from: number, to: number): void {
  if (useZone) return;
  throw new SqlError(
    "0A000",
    `cannot convert value from ${NAMES[from]} to ${NAMES[to]} without time zone usage`,
    { hint: "Use *_tz() function for time zone support." },
  );
}

const TIMESTAMP_DATE_END = Number(TIMESTAMP_END / 86_400_000_000n);

function order(a: number | bigint, b: number | bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const IS_TIME: ReadonlySet<number> = new Set([oids.TIME, oids.TIMETZ]);

function asTimeTz(context: EvaluationContext, { type, value }: Moment): TimeTz {
  if (type === oids.TIMETZ) return value as TimeTz;
  const day = timestampOfDate(Number(context.transactionTime / 86_400_000_000n));
  const east = zoneOffsetOfLocal(sessionZone(context), day + BigInt(value as number));
  return { tag: "timetz", micros: value as number, zone: -east };
}

/** A date after the last timestamp is above all of them. */
function asTimestamp({ type, value }: Moment): bigint {
  if (type === oids.DATE && (value as number) >= TIMESTAMP_DATE_END) return TIMESTAMP_INFINITY;
  return type === oids.DATE ? timestampOfDate(value as number) : (value as bigint);
}

function asInstant(context: EvaluationContext, moment: Moment): bigint {
  if (moment.type === oids.TIMESTAMPTZ) return moment.value as bigint;
  return fromLocal(sessionZone(context), asTimestamp(moment));
}

/** Undefined when a time of day meets a date. */
export function compareMoments(
  context: EvaluationContext,
  a: Moment,
  b: Moment,
  useZone: boolean,
): number | undefined {
  if (IS_TIME.has(a.type) !== IS_TIME.has(b.type)) return undefined;
  if (IS_TIME.has(a.type)) {
    if (a.type === oids.TIME && b.type === oids.TIME) {
      return order(a.value as number, b.value as number);
    }
    if (a.type !== b.type) requireZones(useZone, oids.TIME, oids.TIMETZ);
    return compareTimeTz(asTimeTz(context, a), asTimeTz(context, b));
  }
  const zoned = a.type === oids.TIMESTAMPTZ || b.type === oids.TIMESTAMPTZ;
  if (!zoned) return order(asTimestamp(a), asTimestamp(b));
  const plain = a.type === oids.TIMESTAMPTZ ? b : a;
  if (plain.type !== oids.TIMESTAMPTZ) requireZones(useZone, plain.type, oids.TIMESTAMPTZ);
  return order(asInstant(context, a), asInstant(context, b));
}
