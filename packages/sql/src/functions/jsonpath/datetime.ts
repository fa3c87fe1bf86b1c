/** .datetime() and the comparison of what it gives. */
import { featureNotSupported, SqlError } from "@firstlight/common";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { DEFAULT_FORMAT } from "../../expression/evaluation-context.ts";
import { typeByOid } from "../../types/type-registry.ts";
import * as oids from "../../types/oids.ts";
import type { TimeTz } from "../../values/datum.ts";
import { fromLocal, zoneOffsetOfLocal } from "../../values/time-zone.ts";
import { timestampOfDate } from "../datetime/arithmetic.ts";
import { sessionZone } from "../datetime/bounds.ts";
import { compareTimeTz } from "../datetime/compare.ts";
import { type Moment, pathError, type PathValue } from "./path-value.ts";

const DATE = /^\d{4}-\d{1,2}-\d{1,2}$/;
const TIME = String.raw`\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d{1,6})?`;
const ZONE = String.raw`[+-]\d{1,2}(?::\d{1,2})?`;
const FORMS: readonly (readonly [RegExp, number])[] = [
  [DATE, oids.DATE],
  [new RegExp(`^${TIME}\\s*${ZONE}$`), oids.TIMETZ],
  [new RegExp(`^${TIME}$`), oids.TIME],
  [new RegExp(String.raw`^\d{4}-\d{1,2}-\d{1,2}[ T]${TIME}\s*${ZONE}$`), oids.TIMESTAMPTZ],
  [new RegExp(String.raw`^\d{4}-\d{1,2}-\d{1,2}[ T]${TIME}$`), oids.TIMESTAMP],
];

function secondsEast(text: string): number {
  const match = /([+-])(\d{1,2})(?::(\d{1,2}))?$/.exec(text);
  if (match === null) return 0;
  const seconds = Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60;
  return match[1] === "-" ? -seconds : seconds;
}

export function readMoment(value: PathValue, template: string | undefined): Moment {
  if (value.kind !== "string") {
    throw pathError("22031", "jsonpath item method .datetime() can only be applied to a string");
  }
  if (template !== undefined) throw featureNotSupported("jsonpath datetime() with a template");
  const text = value.value;
  const type = FORMS.find(([form]) => form.test(text))?.[1];
  if (type === undefined) throw unrecognized(text);
  try {
    const settings = { ...DEFAULT_FORMAT, now: 0n };
    const read = typeByOid(type).input(text, -1, settings) as Moment["value"];
    const offset = type === oids.TIMESTAMPTZ ? secondsEast(text) : 0;
    return { kind: "moment", type, value: read, offset };
  } catch (error) {
    if (error instanceof SqlError) throw unrecognized(text);
    throw error;
  }
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

function asTimestamp({ type, value }: Moment): bigint {
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
