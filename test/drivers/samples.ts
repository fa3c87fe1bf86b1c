/** Values of every type in their output form. */
export interface Sample {
  readonly type: string;
  /** What pg_typeof says, where it is not the type as written. */
  readonly name?: string;
  readonly texts: readonly string[];
}

export const SAMPLES: readonly Sample[] = [
  { type: "boolean", texts: ["t", "f"] },
  { type: "smallint", texts: ["-32768", "0", "32767"] },
  { type: "integer", texts: ["-2147483648", "2147483647"] },
  { type: "bigint", texts: ["-9223372036854775808", "9223372036854775807"] },
  { type: "real", texts: ["1.5", "-1e-10", "3.4028235e+38", "NaN", "Infinity", "-0"] },
  { type: "double precision", texts: ["0.1", "1e+308", "-5e-324", "NaN", "-Infinity"] },
  {
    type: "numeric",
    texts: ["0", "-1.50", "123456789012345678901234567890.123456789", "NaN", "Infinity", "0.0001"],
  },
  { type: "text", texts: ["", "plain", 'it\'s "quoted" \\ \n\t', "ünïcødé 🙂"] },
  { type: "varchar(5)", name: "character varying", texts: ["abc", ""] },
  { type: "char(3)", name: "character", texts: ["abc", "a  "] },
  { type: "bytea", texts: ["\\x", "\\x00ff10"] },
  { type: "uuid", texts: ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"] },
  { type: "date", texts: ["2024-02-29", "0001-01-01", "infinity", "4713-11-24 BC"] },
  {
    type: "time",
    name: "time without time zone",
    texts: ["00:00:00", "23:59:59.999999", "24:00:00"],
  },
  {
    type: "timestamp",
    name: "timestamp without time zone",
    texts: ["2024-02-29 12:34:56.789", "1999-12-31 23:59:59", "-infinity"],
  },
  {
    type: "timestamptz",
    name: "timestamp with time zone",
    texts: ["2024-02-29 12:34:56.000001+00", "infinity"],
  },
  {
    type: "interval",
    texts: ["1 year 2 mons 3 days 04:05:06.789", "-00:00:01", "00:00:00", "-1 days +02:00:00"],
  },
  { type: "json", texts: ['{"b": 1,  "a": [null, true]}', '"x"', "null"] },
  { type: "jsonb", texts: ['{"a": [null, true], "b": 1.50}', "[]", '"\\u0001"'] },
  { type: "integer[]", texts: ["{}", "{1,NULL,3}", "{{1,2},{3,4}}", "[0:1]={5,6}"] },
  { type: "text[]", texts: ['{a,"b c","d\\"e",NULL,"NULL",""}'] },
  { type: "numeric[]", texts: ["{1.50,NaN}"] },
  { type: "boolean[]", texts: ["{t,f,NULL}"] },
  { type: "uuid[]", texts: ["{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}"] },
  { type: "date[]", texts: ["{2024-01-01,infinity}"] },
  { type: "jsonb[]", texts: ['{"{\\"a\\": 1}"}'] },
  { type: "bytea[]", texts: ['{"\\\\x00ff"}'] },
];
