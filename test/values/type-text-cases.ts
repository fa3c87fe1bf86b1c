/**
 * Texts that PostgreSQL 16 and the type registry must read and print alike: [type, typmod, texts,
 * settings]. Generated ones come from a fixed seed.
 */
import type { FormatSettings } from "@firstlight/sql";
import { oids } from "@firstlight/sql";
import { INTEGERS, FLOATS, NUMERICS, BOOLEANS } from "./type-texts/numbers.ts";
import { TIMESTAMPS, TIMES, INTERVALS } from "./type-texts/times.ts";
import { JSON_TEXTS, INT_ARRAYS, TEXT_ARRAYS, BYTEAS, UUIDS } from "./type-texts/documents.ts";

export interface TextCase {
  readonly oid: number;
  /** As a literal's type is written. */
  readonly type: string;
  readonly typmod: number;
  readonly texts: readonly string[];
  readonly format: Partial<FormatSettings>;
}

function plain(oid: number, type: string, texts: readonly string[]): TextCase {
  return { oid, type, typmod: -1, texts, format: {} };
}

function scalarCases(): TextCase[] {
  const floats = [FLOATS, randomFloats()].flat();
  return [
    plain(oids.INT2, "int2", INTEGERS),
    plain(oids.INT4, "int4", INTEGERS),
    plain(oids.INT8, "int8", INTEGERS),
    plain(oids.OID, "oid", ["0", "4294967295", "4294967296", "-1", "abc", "", " 5 ", "5x"]),
    plain(oids.FLOAT8, "float8", floats),
    plain(oids.FLOAT4, "float4", floats),
    ...[0, -5].map((extraFloatDigits) => ({
      ...plain(oids.FLOAT8, "float8", FLOATS),
      format: { extraFloatDigits },
    })),
    plain(oids.NUMERIC, "numeric", NUMERICS),
    plain(oids.BOOL, "bool", BOOLEANS),
    plain(oids.JSON_TYPE, "json", JSON_TEXTS),
    plain(oids.JSONB, "jsonb", JSON_TEXTS),
    plain(oids.INT4_ARRAY, "int4[]", INT_ARRAYS),
    plain(oids.TEXT_ARRAY, "text[]", TEXT_ARRAYS),
    plain(oids.BYTEA, "bytea", BYTEAS),
    { ...plain(oids.BYTEA, "bytea", BYTEAS), format: { byteaOutput: "escape" } },
    plain(oids.UUID, "uuid", UUIDS),
    plain(oids.NAME, "name", ["abc", "a".repeat(70), "é".repeat(40)]),
    plain(oids.CHAR, '"char"', ["a", "ab", "", "\\101", "\\377", "\\000", "é"]),
    plain(oids.INT2VECTOR, "int2vector", ["1 2 3", "", "1", " 1  2 "]),
    plain(oids.TID, "tid", ["(0,1)", "(1,2", "x", "(4294967295,65535)", "(1,65536)"]),
  ];
}

const STYLES = ["ISO", "SQL", "Postgres", "German"] as const;
const ORDERS = ["MDY", "DMY", "YMD"] as const;
const INTERVAL_STYLES = ["postgres", "postgres_verbose", "sql_standard", "iso_8601"] as const;

function dateTimeCases(): TextCase[] {
  const cases: TextCase[] = [];
  for (const timeZone of ["UTC", "America/New_York"]) {
    for (const dateStyle of STYLES) {
      for (const dateOrder of ORDERS) {
        const format = { timeZone, dateStyle, dateOrder };
        cases.push({ ...plain(oids.TIMESTAMP, "timestamp", TIMESTAMPS), format });
        cases.push({ ...plain(oids.TIMESTAMPTZ, "timestamptz", TIMESTAMPS), format });
        cases.push({ ...plain(oids.DATE, "date", TIMESTAMPS), format });
      }
    }
  }
  for (const timeZone of ["UTC", "Asia/Kolkata"]) {
    cases.push({ ...plain(oids.TIME, "time", TIMES), format: { timeZone } });
    cases.push({ ...plain(oids.TIMETZ, "timetz", TIMES), format: { timeZone } });
  }
  return cases;
}

const ZONES = [
  "America/New_York",
  "Europe/Paris",
  "Europe/London",
  "Africa/Casablanca",
  "Asia/Tehran",
  "Pacific/Apia",
  "America/Sao_Paulo",
  "Australia/Lord_Howe",
  "Europe/Dublin",
  "America/Caracas",
  "Asia/Kolkata",
  "Etc/GMT+5",
  "EST5EDT",
  "<+03>-3",
];
/** Skipped and repeated hours, and the far ends. */
const ZONE_TIMES =
  "2024-03-10 02:30,2024-11-03 01:30,2024-03-31 02:30,2024-10-27 02:30,1883-11-18 12:00," +
  "1800-05-05 05:05:05,2050-06-01,3000-07-01 12:00,2400-06-01,0001-01-01,100000-06-06";

function zoneCases(): TextCase[] {
  return ZONES.flatMap((timeZone) => {
    const texts = [...ZONE_TIMES.split(","), ...randomTimestamps()];
    return [{ ...plain(oids.TIMESTAMPTZ, "timestamptz", texts), format: { timeZone } }];
  });
}

function intervalCases(): TextCase[] {
  const texts = [...INTERVALS, ...randomIntervals()];
  return INTERVAL_STYLES.map((intervalStyle) => ({
    ...plain(oids.INTERVAL, "interval", texts),
    format: { intervalStyle },
  }));
}

const FULL_RANGE = 0x7fff << 16;

function typmodCases(): TextCase[] {
  const timestamps = [
    "2024-01-05 10:11:12.555",
    "1999-12-31 23:59:59.9999",
    "1990-01-01 00:00:00.5",
  ];
  const spans = ["1.555 seconds", "-1.555 seconds", "1 day 00:00:00.9999"];
  const precisions = [0, 2, 3].flatMap((digits): TextCase[] => [
    { ...plain(oids.TIMESTAMP, `timestamp(${digits})`, timestamps), typmod: digits },
    { ...plain(oids.TIME, `time(${digits})`, ["10:11:12.555", "23:59:59.9999"]), typmod: digits },
    { ...plain(oids.INTERVAL, `interval(${digits})`, spans), typmod: FULL_RANGE | digits },
  ]);
  const numerics = [
    [5, 2],
    [2, 4],
    [3, -2],
    [3, 3],
  ].map(([precision, scale]): TextCase => {
    const typmod = (((precision as number) << 16) | ((scale as number) & 0x7ff)) + 4;
    const texts = ["1.234", "999.995", "-1000", "NaN", "inf", "0.005", "0.01", "12345", "149", "0"];
    return { ...plain(oids.NUMERIC, `numeric(${precision},${scale})`, texts), typmod };
  });
  return [...precisions, ...numerics];
}

let seed = 20240105;
function random(): number {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return seed / 2147483648;
}

function below(limit: number): number {
  return Math.floor(random() * limit);
}

function randomFloats(): string[] {
  return Array.from({ length: 300 }, (_, i) => [
    String((random() - 0.5) * 10 ** (below(60) - 30)),
    `${below(10)}e${below(40)}`,
    `1e${i - 150}`,
  ]).flat();
}

/** Between 1850 and 2080. */
function randomTimestamps(): string[] {
  return Array.from({ length: 100 }, () => {
    const date = `${1850 + below(230)}-${1 + below(12)}-${1 + below(28)}`;
    return `${date} ${below(24)}:${below(60)}:${below(60)}`;
  });
}

const UNITS = "year mon day hour min sec week ms us decade".split(" ");

function randomIntervals(): string[] {
  return Array.from({ length: 300 }, () => {
    const parts = Array.from({ length: 1 + below(3) }, () => {
      const sign = random() < 0.3 ? "-" : "";
      return `${sign}${(random() * 50).toFixed(below(4))} ${UNITS[below(UNITS.length)]}`;
    });
    if (random() < 0.3) parts.push(`${random() < 0.3 ? "-" : ""}${below(30)}:${below(60)}`);
    if (random() < 0.1) parts.push("ago");
    return parts.join(" ");
  });
}

/** Pieces of each type's syntax, to be thrown together. */
const PIECES = {
  timestamp:
    "2024 24 1 01 13 31 Jan january Feb monday 10:11 10:11:12.5 pm am BC AD Z UTC +05 -03:30 EST PDT " +
    "T 2024-01-05 1/2/2024 05-Jan-2024 20240105 101112 at on dst J2451545 epoch infinity allballs " +
    ", - / . 2024.5 1011 999 366 y d 099 0 00 24:00 America/New_York",
  interval:
    "1 2 -3 +4 1.5 -0.5 year mons day hours h m s ago 1:2 -1:02:03 +04:05 1-2 -1-2 @ , week ms dec c " +
    "P1Y T PT1H 1e2 .5 5.",
  json: '{ } [ ] , : "a" "b" 1 -1.5 1e5 true null tru "\\u00e9" "\\n" - 01 .5 " \\ é 1. 2E nan',
  array: '{ } , 1 2 NULL " \\ a {1,2} [1:2] = [ ] : {{1},{2}}',
  number: "1 0 9 _ . e E - + x 0x 0b f inf NaN 5 10",
  bytea: "\\x 0a \\ \\\\ 001 a é f \\134 \\4 7 \\377",
} as const;

function thrown(pieces: string, count: number, frame: readonly [string, string]): string[] {
  const all = pieces.split(" ");
  return Array.from({ length: count }, () => {
    const some = Array.from({ length: 1 + below(6) }, () => all[below(all.length)]);
    return frame[0] + some.join(random() < 0.5 ? " " : "") + frame[1];
  });
}

function thrownTogether(): TextCase[] {
  // A zone name that runs into digits is a POSIX zone with rules, which only PostgreSQL reads.
  const timestamps = thrown(PIECES.timestamp, 800, ["", ""]).filter((text) => text.includes(" "));
  const intervals = [
    ...thrown(PIECES.interval, 800, ["", ""]),
    ...thrown("1 2 - Y M W D H S T . 5 : 12 1Y 2M 3D T4H", 300, ["P", ""]),
  ];
  // Sub-arrays of unequal depth are misread by PostgreSQL 16 itself.
  const arrays = thrown(PIECES.array, 800, ["{", "}"]).filter(
    (text) => !/\{[^}]*\{[^}]*\{/.test(text),
  );
  const json = thrown(PIECES.json, 1500, ["", ""]);
  // PostgreSQL keeps the sign of a NaN, which has no meaning and which JavaScript does not have.
  const numbers = thrown(PIECES.number, 800, ["", ""]).filter((text) => !text.includes("-NaN"));
  return [
    plain(oids.TIMESTAMP, "timestamp", timestamps),
    plain(oids.DATE, "date", timestamps),
    plain(oids.INTERVAL, "interval", intervals),
    plain(oids.JSON_TYPE, "json", json),
    plain(oids.JSONB, "jsonb", json),
    plain(oids.INT4_ARRAY, "int4[]", arrays),
    plain(oids.TEXT_ARRAY, "text[]", arrays),
    plain(oids.NUMERIC, "numeric", numbers),
    plain(oids.FLOAT8, "float8", numbers),
    plain(oids.INT4, "int4", numbers),
    plain(oids.INT8, "int8", numbers),
    plain(oids.OID, "oid", numbers),
    plain(oids.BYTEA, "bytea", thrown(PIECES.bytea, 400, ["", ""])),
  ];
}

export const TEXT_CASES: readonly TextCase[] = [
  ...scalarCases(),
  ...dateTimeCases(),
  ...zoneCases(),
  ...intervalCases(),
  ...typmodCases(),
  ...thrownTogether(),
];
