/** The fields of date and time templates that can be read: numbers with their widths, and names. */

export type FieldName =
  | "year"
  | "month"
  | "day"
  | "dayOfYear"
  | "weekday"
  | "julian"
  | "hour"
  | "minute"
  | "second"
  | "millis"
  | "micros"
  | "secondOfDay"
  | "century"
  | "week"
  | "weekOfMonth"
  | "pm"
  | "bc"
  | "zoneHour"
  | "zoneMinute";

export interface NumberField {
  /** Undefined: read and dropped. */
  readonly target: FieldName | undefined;
  readonly width: number;
}

function fields(
  target: FieldName | undefined,
  widths: Readonly<Record<string, number>>,
): readonly (readonly [string, NumberField])[] {
  return Object.entries(widths).map(([name, width]) => [name, { target, width }]);
}

export const NUMBERS: Readonly<Record<string, NumberField>> = Object.fromEntries([
  ...fields("hour", { HH: 2, HH12: 2, HH24: 2 }),
  ...fields("minute", { MI: 2 }),
  ...fields("second", { SS: 2 }),
  ...fields("millis", { MS: 3 }),
  ...fields("micros", { US: 6, FF1: 1, FF2: 2, FF3: 3, FF4: 4, FF5: 5, FF6: 6 }),
  ...fields("secondOfDay", { SSSS: 4, SSSSS: 5 }),
  ...fields("month", { MM: 2 }),
  ...fields("day", { DD: 2 }),
  ...fields("dayOfYear", { DDD: 3, IDDD: 3 }),
  ...fields("weekday", { D: 1, ID: 1 }),
  ...fields("week", { WW: 2, IW: 2 }),
  ...fields("weekOfMonth", { W: 1 }),
  ...fields("julian", { J: 1 }),
  ...fields("century", { CC: 2 }),
  ...fields(undefined, { Q: 1 }),
  ...fields("year", { YYYY: 4, YYY: 3, YY: 2, Y: 1, IYYY: 4, IYY: 3, IY: 2, I: 1 }),
]);

const GREGORIAN = /^(DDD?|D|MM|MON|MONTH|RM|WW?|Y,YYY|Y{1,4})$/;
const ISO = /^(IDDD|ID|IW|IY{0,3})$/;

/** Fields of one of the two calendars; the others go with both. */
export function conventionOf(name: string): "gregorian" | "iso" | undefined {
  if (GREGORIAN.test(name)) return "gregorian";
  return ISO.test(name) ? "iso" : undefined;
}

export const MONTHS: readonly string[] =
  "january february march april may june july august september october november december".split(
    " ",
  );
export const DAYS: readonly string[] =
  "sunday monday tuesday wednesday thursday friday saturday".split(" ");
/** From December back, so that the longer ones are tried first. */
export const ROMAN_MONTHS: readonly string[] = "xii xi x ix viii vii vi v iv iii ii i".split(" ");
/** Without and with dots. */
export const AM_PM: readonly [readonly string[], readonly string[]] = [
  ["am", "pm"],
  ["a.m.", "p.m."],
];
export const AD_BC: readonly [readonly string[], readonly string[]] = [
  ["ad", "bc"],
  ["a.d.", "b.c."],
];

const TIMED = /^([AP]\.?M\.?|HH(12|24)?|MI|SS|MS|US|FF\d|S{4,5})$/;
const ZONED = /^(TZ|OF|TZH|TZM)$/;

export interface TemplateKind {
  readonly dated: boolean;
  readonly timed: boolean;
  readonly zoned: boolean;
}

/** Which parts of a moment the fields of these names give. */
export function kindOf(names: readonly string[]): TemplateKind {
  const upper = names.map((name) => name.toUpperCase());
  return {
    timed: upper.some((name) => TIMED.test(name)),
    zoned: upper.some((name) => ZONED.test(name)),
    dated: upper.some((name) => name !== "FX" && !TIMED.test(name) && !ZONED.test(name)),
  };
}
