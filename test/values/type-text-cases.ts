/**
 * Texts that PostgreSQL 16 and the type registry must read and print alike: [type, typmod, texts,
 * settings]. Generated ones come from a fixed seed.
 */
import type { FormatSettings } from "@firstlight/sql";
import { oids } from "@firstlight/sql";

export interface TextCase {
  readonly oid: number;
  /** As a literal's type is written. */
  readonly type: string;
  readonly typmod: number;
  readonly texts: readonly string[];
  readonly format: Partial<FormatSettings>;
}

const INTEGERS = [
  "0",
  "1",
  "-1",
  "42",
  " 42 ",
  "+5",
  "32767",
  "32768",
  "-32768",
  "-32769",
  "2147483647",
  "2147483648",
  "-2147483648",
  "-2147483649",
  "9223372036854775807",
  "9223372036854775808",
  "-9223372036854775808",
  "",
  "abc",
  "1.5",
  "1 2",
  "0x1F",
  "0X_1f",
  "0b101",
  "0o17",
  "1_000",
  "1__000",
  "_1",
  "1_",
  "- 1",
  "--1",
  "+",
  "0x",
  "1e3",
  "00012",
  "\t7\n",
];
const FLOATS = [
  "0",
  "-0",
  "1",
  "1.5",
  ".5",
  "5.",
  "1e10",
  "1e15",
  "123456789012345",
  "1234567890123456",
  "1e-4",
  "1e-5",
  "0.0001",
  "0.00012345",
  "1e400",
  "-1e400",
  "1e-400",
  "NaN",
  "nan",
  "Infinity",
  "-inf",
  "inf",
  "+Infinity",
  "",
  "abc",
  " 3.14 ",
  "1e",
  "0x10",
  "1e23",
  "5e-324",
  "2.2250738585072014e-308",
  "1.7976931348623157e308",
  "0.1",
  "0.3",
  "100000",
  "1000000",
  "1234567",
  "9007199254740993",
  "1e+5",
  "1e5x",
  "3.4028235e38",
  "3.5e38",
  "1e-46",
  "1.1754944e-38",
  "123456.789",
  "16777217",
  "0.1e1",
  "1..2",
  "1_0",
  "9.5367431640625e-07",
  "4.35",
  "1e22",
  "12345678",
  "-1.5e-7",
  "1e14",
  "999999999999999.9",
  "99999999999999999999",
];
const NUMERICS = [
  "0",
  "1.50",
  "-1.50",
  "1e10",
  "1e-10",
  "1.5e3",
  "NaN",
  "nan",
  "Infinity",
  "-Infinity",
  "inf",
  "+inf",
  ".5",
  "5.",
  "",
  "abc",
  "1.2.3",
  "1_000.5",
  "1_000_",
  "0x1f",
  "0b11",
  "0o7",
  "0x_1F",
  "1e5_0",
  "-0.00",
  "00.10",
  "1e131072",
  "1e131071x",
  "1e-16384",
  "1e-16383",
  " 1 ",
  "1e",
  "1 2",
  "- 1",
  "+1",
  "1e+3",
  "-nan",
  "1e400000",
  "123456789012345678901234567890.123456789",
];
const BOOLEANS = [
  "t",
  "true",
  "tr",
  "TRUE",
  "y",
  "yes",
  "on",
  "1",
  "f",
  "false",
  "n",
  "no",
  "off",
  "of",
  "0",
  "o",
  "",
  "maybe",
  " true ",
  "tru e",
];
const TIMESTAMPS = [
  "2024-01-05",
  "2024-01-05 10:11:12",
  "2024-01-05T10:11:12.5",
  "2024-01-05 10:11:12.123456",
  "2024-01-05 10:11:12.1234567",
  "Jan 5 2024",
  "5 Jan 2024",
  "January 5, 2024 10:00 PM",
  "20240105",
  "20240105T101112",
  "20240105 101112",
  "2024.005",
  "2024-005",
  "1/2/2024",
  "13/2/2024",
  "1/13/2024",
  "2/30/2024",
  "epoch",
  "infinity",
  "-infinity",
  "2024-01-05 24:00:00",
  "2024-01-05 24:00:01",
  "2024-01-05 25:00",
  "2024-01-05 10:60",
  "2024-01-05 10:11:60",
  "2024-13-01",
  "2024-00-10",
  "2024-02-29",
  "2023-02-29",
  "2024-01-05 BC",
  "0044-03-15 BC",
  "4714-11-24 BC",
  "4714-11-23 BC",
  "294276-12-31 23:59:59.999999",
  "294277-01-01",
  "",
  "abc",
  "2024",
  "2024-01",
  "Mon Jan 05 10:11:12 2024",
  "Mon Jan 05 10:11:12 2024 PST",
  "2024-01-05 10:11:12 America/New_York",
  "2024-01-05 10:11:12+05",
  "2024-01-05 10:11:12-05:30",
  "2024-01-05 10:11:12+0530",
  "2024-01-05 10:11:12Z",
  "2024-01-05 10:11:12 UTC",
  "2024-01-05 10:11:12 EST",
  "2024-01-05 10:11:12 EDT",
  "2024-07-05 10:11:12 EST5EDT",
  "2024-01-05 10:11 PM",
  "2024-01-05 13:11 PM",
  "2024-01-05 12:11 AM",
  "J2451545",
  "J2451545.5",
  "julian 2451545",
  "2024-01-05 allballs",
  "2024-01-05 10:11:12 Foo/Bar",
  "2024-01-05 10:11:12 foo",
  "2024-01-05 10:11:12+16",
  "2024-01-05 10:11:12+15:59",
  "99-01-05",
  "05-01-99",
  "01-05-24",
  "Jan-05-2024",
  "05-Jan-2024",
  "2024-Jan-05",
  "Jan 5 99",
  "5 jan 24",
  "24 jan 5",
  "2024-01-05 10",
  "2024-01-05 1011",
  "2024-01-05 101112",
  "2024-01-05 1011.5",
  "2024-01-05 101112.25",
  "10:11:12",
  "2024-01-05 10:11:12 MSK",
  "2024-01-05 10:11:12 zulu",
  "2024-1-5",
  "2024-1-5 1:2:3",
  "2024/01/05",
  "2024.01.05",
  "5.1.2024",
  "2024-01-05  10:11",
  "20240105101112",
  "2024-01-05-10:11:12",
  "2024-01-05 10:11:12.",
  "2024-01-05 :10",
  "2024-01-05 10:",
  "10000-01-01",
  "99999-12-31",
  "2024-01-05 10:11:12 dst",
  "2024-01-05 10:11:12 PST DST",
  "2024-02-30 10:00 ",
  "2024-01-05 10:11:12 europe/paris",
  "2024-07-05 10:11:12 Europe/Paris",
  "2024-01-05 bc ad",
  "0001-01-01",
  "0000-01-01",
  "10 Jan 2024 at 5:00",
  "Wed 5 Jan 2024",
  "2024-01-05 04:05:06.789-8",
  "2024-01-05 040506-08",
  "2024-01-05 040506+08",
  "2024-01-05 allballs utc",
  "on 2024-01-05",
  "1999-01-08 04:05:06 -8:00",
  "January 8, 1999",
  "1/8/1999",
  "1/18/1999",
  "01/02/03",
  "1999-Jan-08",
  "Jan-08-1999",
  "08-Jan-1999",
  "99-Jan-08",
  "08-Jan-99",
  "Jan-08-99",
  "19990108",
  "990108",
  "1999.008",
  "J2451187",
  "January 8, 99 BC",
  "2024-01-05 10:11:12 -3",
  "2024-01-05 10:11:12+1:2:3",
  "2024-01-05 10:11:12+01:02:03",
];
const TIMES = [
  "10:11:12",
  "10:11",
  "101112",
  "1011",
  "10:11:12.5",
  "10:11 PM",
  "12:00 AM",
  "24:00:00",
  "24:00:01",
  "23:59:60",
  "10:60",
  "",
  "abc",
  "allballs",
  "10:11:12+05",
  "10:11:12 EST",
  "10:11:12 America/New_York",
  "2024-01-05 10:11:12",
  "2024-07-05 10:11:12 America/New_York",
  "T101112",
  "t10:11",
  "10:11:12.123456789",
  "1",
  "040506.789",
  "04:05 AM",
  "16:05",
  "13:05 PM",
  "10:11:12-08:00",
  "040506-08",
  "J2451545 10:00",
  "10:11:12 Europe/Paris",
  "10:11:12 PST",
  "epoch",
  "infinity",
  "25:00",
  "10:11:12 utc",
  "05:06.7",
  "10:11:12Z",
];
const INTERVALS = [
  "1 day",
  "1 year 2 mons 3 days 04:05:06",
  "-1 day",
  "1 day ago",
  "1.5 days",
  "1.5 months",
  "1.5 years",
  "1.25 weeks",
  "@ 1 minute",
  "1-2",
  "1-2 3 04:05:06",
  "-1-2",
  "3 4:05:06",
  "4:05",
  "4:05:06.789",
  "-4:05:06",
  "+4:05:06",
  "P1Y2M3DT4H5M6S",
  "P1Y",
  "PT1H",
  "P-1Y-2M",
  "P0001-02-03T04:05:06",
  "P00010203T040506",
  "PT0.5S",
  "P1.5D",
  "P",
  "PT",
  "",
  "abc",
  "1",
  "100",
  "1.5",
  "1 fortnight",
  "1 h 30 m",
  "1h30m",
  "2 decades",
  "1 century",
  "1 millennium",
  "3 microseconds",
  "3 ms",
  "1 week",
  "1 day -04:05",
  "-1 year -2 days",
  "1 mon -1 day",
  "1 day 1 day",
  "1 2 days",
  "2147483647 years",
  "178956970 years",
  "178956971 years",
  "1 year 1 year",
  "0",
  "00:00",
  "1:60",
  "1:59:61",
  "infinity",
  "-infinity",
  "1 day 2",
  "day",
  "1 hour ago 2 days",
  "1 day 04",
  "12:34:56.789012345",
  "1.0000005 seconds",
  "0.0000005 seconds",
  "2562047788:00:54.775807",
  "2562047789:00",
  "999999999999 days",
  "1 mil",
  "1 y 1 mon",
  "1e3 days",
  "P1Y2M3D4H",
  "P1W",
  "P1Y-2M",
  "1 quarter",
  "1 timezone",
  "1 days 2 hours 3 mins 4.5 secs",
  "@ 1 year 2 mons 3 days 4 hours 5 mins 6 secs ago",
  "01:00:00.5",
  "-01:00:00.5",
  "-00:00:01",
  "1:2",
  "-1.5 mons",
  "0.1 years",
  "PT36H",
  "P1Y1Y",
  "P2024-01",
  "P2024",
  "PT12:30",
  "PT1:2:3",
  "PT123456",
  "P12345678",
  "1 5:",
  "-1 -2:03",
  "1 -2:03",
  "10 years -11 months +12 days -13:14",
];
const JSON_TEXTS = [
  "1",
  "-1",
  "-",
  "01",
  "1.",
  "1.5e3",
  "1e",
  "1.5x",
  '"a"',
  '"a',
  '"a\\',
  '"\\x"',
  '"\\u00e9"',
  '"\\u12"',
  '"\\u0000"',
  '"\\ud800"',
  '"\\ud83d\\ude00"',
  '"\\udc00"',
  '"\\ud800\\ud800"',
  '"\\ud800a"',
  "[]",
  "[1,2]",
  "[1,",
  "[1 2]",
  "[1,]",
  "{",
  "{}",
  '{"a":1}',
  '{"a" 1}',
  '{"a":}',
  "{a:1}",
  '{"a":1,}',
  '{"a":1 "b":2}',
  '{"b":1,"a":2,"b":3}',
  '{"aa":1,"b":2,"":0}',
  "null",
  "nul",
  "true",
  "TRUE",
  "",
  "  ",
  "1 2",
  "[1]]",
  "}",
  '{"a":[{"b":null},1.10]}',
  '"\t"',
  '"\u0001"',
  '\n\n{"a": xyz}',
  "tru\u00e9",
  "@",
  '{"a":"b\\n\\u001f\\/\\""}',
  "1e400",
  "-0",
  "-0.0",
  "[1.0e1,1E-2]",
  '"é😀"',
  '{"a":1}{',
  ' {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa":1 x}',
];
const INT_ARRAYS = [
  "{}",
  "{1}",
  "{1,2,3}",
  "{{1,2},{3,4}}",
  "{1,NULL,null}",
  "[0:1]={1,2}",
  "[1:2]={1,2}",
  "[1:1][2:3]={{1,2}}",
  "[2]={1,2}",
  "[1:3]={1,2}",
  "{1,2",
  "{1,2}}",
  "1,2",
  "{1,,2}",
  "{1,}",
  "{,1}",
  "{{1},{2,3}}",
  "{{1},2}",
  "{1,{2}}",
  "{ 1 , 2 }",
  "",
  "{a}",
  "{1} x",
  " {1} ",
  "{{},{}}",
  "{{{{{{1}}}}}}",
  "{{{{{{{1}}}}}}}",
  "[1:0]={}",
  "[5:1]={1}",
  '{"1"}',
  '{"1"2}',
  '{1"2"}',
  "[1={1}",
  "[a]={1}",
  "[1:2]{1,2}",
  "{{1,2},{3}}",
  "{1}{2}",
  "{1 2}",
  "[0:0][0:0]={{7}}",
  "[-2:-1]={1,2}",
];
const TEXT_ARRAYS = [
  "{a,b}",
  '{"a b","c,d"}',
  "{a b}",
  "{ a b , c }",
  '{""}',
  '{null,"null",NULL}',
  '{"a\\"b"}',
  "{a\\,b}",
  '{"a\\\\b"}',
  "{\\ a\\ }",
  "{é,😀}",
  '{"{}"}',
  "{'a'}",
  '{a"b}',
  '{"a"b}',
  "{nUlL}",
  "{\\null}",
  '{"tab\there"}',
];
const BYTEAS = [
  "\\x",
  "\\x0aff",
  "\\xABcd",
  "\\x0",
  "\\xzz",
  "\\x 0a ff",
  "abc",
  "a\\\\b",
  "a\\001b",
  "a\\400",
  "a\\",
  "a\\9",
  "é",
  "\\x0 a",
  "a\\'b",
];
const UUIDS = [
  "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
  "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
  "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}",
  "a0eebc999c0b4ef8bb6d6bb9bd380a11",
  "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11",
  "{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}",
  "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1",
  "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
  "",
  "x",
  " a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
  "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11-",
];

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
