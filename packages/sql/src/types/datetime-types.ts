/**
 * date, time, timetz, timestamp, timestamptz and interval.
 */
import { SqlError } from "@firstlight/common";
import { DATE_END, DATE_MIN, TIMESTAMP_END, TIMESTAMP_MIN } from "../values/calendar.ts";
import type { Interval, TimeTz } from "../values/datum.ts";
import { TIMESTAMP_INFINITY, TIMESTAMP_NEGATIVE_INFINITY } from "../values/datum.ts";
import {
  parseDate,
  parseTime,
  parseTimeTz,
  parseTimestamp,
  parseTimestampTz,
  roundTime,
  roundTimestamp,
} from "../values/datetime-input.ts";
import {
  dateToString,
  timeToString,
  timeTzToString,
  timestampToString,
  timestampTzToString,
} from "../values/datetime-output.ts";
import { parseInterval } from "../values/interval-input.ts";
import {
  applyIntervalTypmod,
  compareInterval,
  intervalSpan,
  intervalToString,
} from "../values/interval.ts";
import * as binary from "./binary.ts";
import * as oids from "./oids.ts";
import { compareBigints, compareNumbers, keepValue } from "./scalar-types.ts";
import type { SqlType } from "./sql-type.ts";

const MICROS_PER_DAY = 86_400_000_000;

const date: SqlType = {
  oid: oids.DATE,
  name: "date",
  input: (text, _typmod, settings) => parseDate(text, settings, settings.now),
  output: (value, format) => dateToString(value as number, format),
  receive(bytes) {
    binary.expectLength(bytes, 4);
    const value = binary.dateFromInt4(binary.readInt4(bytes, 0));
    if (Number.isFinite(value) && (value < DATE_MIN || value >= DATE_END)) {
      throw new SqlError("22008", "date out of range");
    }
    return value;
  },
  send: (value) => binary.int4Bytes(binary.dateToInt4(value as number)),
  // Equal infinities must not be subtracted.
  compare: (a, b) => ((a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0),
  hashKey: (value) => value as number,
  applyTypmod: keepValue,
};

function checkTime(micros: number): number {
  if (micros < 0 || micros > MICROS_PER_DAY) throw new SqlError("22008", "time out of range");
  return micros;
}

const time: SqlType = {
  oid: oids.TIME,
  name: "time",
  input: (text, typmod, settings) => parseTime(text, typmod, settings, settings.now),
  output: (value) => timeToString(value as number),
  receive(bytes, typmod) {
    binary.expectLength(bytes, 8);
    return roundTime(checkTime(Number(binary.readInt8(bytes, 0))), typmod);
  },
  send: (value) => binary.int8Bytes(BigInt(value as number)),
  compare: compareNumbers,
  hashKey: (value) => value as number,
  applyTypmod: (value, typmod) => roundTime(value as number, typmod),
};

/** By the moment, then by zone, so that only identical values are equal. */
export function compareTimeTz(a: TimeTz, b: TimeTz): number {
  return a.micros + a.zone * 1e6 - (b.micros + b.zone * 1e6) || a.zone - b.zone;
}

const timetz: SqlType = {
  oid: oids.TIMETZ,
  name: "timetz",
  input: (text, typmod, settings) => parseTimeTz(text, typmod, settings, settings.now),
  output: (value) => timeTzToString(value as TimeTz),
  receive(bytes, typmod) {
    binary.expectLength(bytes, 12);
    const micros = checkTime(Number(binary.readInt8(bytes, 0)));
    const zone = binary.readInt4(bytes, 8);
    if (zone <= -57600 || zone >= 57600) {
      throw new SqlError("22009", "time zone displacement out of range");
    }
    return { tag: "timetz", micros: roundTime(micros, typmod), zone };
  },
  send: (value) => binary.timeTzBytes(value as TimeTz),
  compare: (a, b) => compareTimeTz(a as TimeTz, b as TimeTz),
  hashKey: (value) => `${(value as TimeTz).micros}/${(value as TimeTz).zone}`,
  applyTypmod(value, typmod) {
    const { micros, zone } = value as TimeTz;
    return { tag: "timetz", micros: roundTime(micros, typmod), zone };
  },
};

function receiveTimestamp(bytes: Uint8Array, typmod: number): bigint {
  binary.expectLength(bytes, 8);
  const value = binary.readInt8(bytes, 0);
  if (value === TIMESTAMP_INFINITY || value === TIMESTAMP_NEGATIVE_INFINITY) return value;
  if (value < TIMESTAMP_MIN || value >= TIMESTAMP_END) {
    throw new SqlError("22008", "timestamp out of range");
  }
  return roundTimestamp(value, typmod);
}

const timestamp: SqlType = {
  oid: oids.TIMESTAMP,
  name: "timestamp",
  input: (text, typmod, settings) => parseTimestamp(text, typmod, settings, settings.now),
  output: (value, format) => timestampToString(value as bigint, format),
  receive: receiveTimestamp,
  send: (value) => binary.int8Bytes(value as bigint),
  compare: compareBigints,
  hashKey: (value) => value as bigint,
  applyTypmod: (value, typmod) => roundTimestamp(value as bigint, typmod),
};

const timestamptz: SqlType = {
  ...timestamp,
  oid: oids.TIMESTAMPTZ,
  name: "timestamptz",
  input: (text, typmod, settings) => parseTimestampTz(text, typmod, settings, settings.now),
  output: (value, format) => timestampTzToString(value as bigint, format),
};

const interval: SqlType = {
  oid: oids.INTERVAL,
  name: "interval",
  input: parseInterval,
  output: (value, format) => intervalToString(value as Interval, format.intervalStyle),
  receive(bytes, typmod) {
    binary.expectLength(bytes, 16);
    return applyIntervalTypmod(binary.readInterval(bytes, 0), typmod);
  },
  send: (value) => binary.intervalBytes(value as Interval),
  compare: (a, b) => compareInterval(a as Interval, b as Interval),
  hashKey: (value) => intervalSpan(value as Interval),
  applyTypmod: (value, typmod) => applyIntervalTypmod(value as Interval, typmod),
};

export const DATETIME_TYPES: readonly SqlType[] = [
  date,
  time,
  timetz,
  timestamp,
  timestamptz,
  interval,
];
