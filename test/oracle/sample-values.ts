/** Values of each type, sensible and at the edges, as SQL expressions of exactly that type. */
import { typeByName } from "../../packages/sql/src/catalog/type-catalog.ts";

function literals(type: string, ...texts: readonly string[]): readonly [string, readonly string[]] {
  return [type, texts.map((text) => `'${text.replaceAll("'", "''")}'::${type}`)];
}

const BY_NAME: readonly (readonly [string, readonly string[]])[] = [
  literals("bool", "t", "f"),
  literals("bytea", "\\x", "\\x00ff10", "\\x68656c6c6f20776f726c64"),
  ['"char"', [`'a'::"char"`, `''::"char"`, `'\\377'::"char"`]],
  literals(
    "name",
    "abc",
    "",
    "A name of more than sixty-three bytes, which is cut at the end of it",
  ),
  literals("int8", "0", "-1", "42", "9223372036854775807", "-9223372036854775808"),
  literals("int2", "0", "-1", "7", "32767", "-32768"),
  literals("int4", "0", "-1", "3", "2147483647", "-2147483648"),
  literals("text", "", "abc", "Hello, Wörld", "a%b_c", "12.5", "{1,2}", "  two words  "),
  literals("bpchar", "", "abc  ", "Ab"),
  literals("varchar", "", "abc", "x y z"),
  literals("oid", "0", "23", "4294967295"),
  literals("tid", "(0,0)", "(1,2)", "(4294967295,65535)"),
  literals("xid", "0", "3", "4294967295"),
  literals("cid", "0", "7"),
  literals("xid8", "0", "5", "18446744073709551615"),
  literals("pg_lsn", "0/0", "16/B374D848", "FFFFFFFF/FFFFFFFF"),
  literals("pg_snapshot", "10:20:10,14,15", "1:1:"),
  literals("txid_snapshot", "10:20:10,14,15", "1:1:"),
  literals("json", "1", '{"a": [1, null, {"b": "c"}], "d": true}', "[1, 2, 3]", '"text"', "null"),
  literals("jsonb", "1", '{"a": [1, null, {"b": "c"}], "d": true}', "[1, 2, 3]", '"text"', "null"),
  literals("jsonpath", "$", "$.a[*]", "strict $.a ? (@ > 1)"),
  literals("float4", "0", "-1.5", "1e10", "3.4028235e38", "NaN", "Infinity", "-Infinity"),
  literals("float8", "0", "-0.5", "1.25", "1e300", "-1e-300", "NaN", "Infinity", "-Infinity"),
  literals("numeric", "0", "-1.50", "123456789.987654321", "1e-20", "NaN", "Infinity", "-Infinity"),
  literals("date", "2024-02-29", "1999-12-31", "0044-03-15 BC", "infinity", "-infinity"),
  literals("time", "00:00", "12:34:56.789", "24:00"),
  literals("timetz", "00:00+00", "12:34:56.789-05:30", "23:59:59.999999+14"),
  literals("timestamp", "2024-02-29 12:34:56.789", "0044-03-15 00:00 BC", "infinity", "-infinity"),
  literals("timestamptz", "2024-02-29 12:34:56.789+00", "1970-01-01 00:00+00", "infinity"),
  literals("interval", "0", "1 year 2 mons 3 days 04:05:06.7", "-1 day", "100 hours"),
  literals("bit", "1", "0"),
  literals("varbit", "", "1", "10110", "0000000011111111"),
  literals("uuid", "00000000-0000-0000-0000-000000000000", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
  literals("inet", "192.168.1.5/24", "10.0.0.1", "::1", "2001:db8::/32"),
  literals("cidr", "192.168.0.0/16", "10.1.2.3/32", "2001:db8::/32"),
  literals("macaddr", "08:00:2b:01:02:03", "ff:ff:ff:ff:ff:ff"),
  literals("macaddr8", "08:00:2b:01:02:03:04:05", "00:00:00:00:00:00:00:00"),
  literals("int4range", "empty", "[1,5)", "(,3]", "[10,)"),
  literals("numrange", "empty", "[1.5,2.5]", "(,0)"),
  literals("tsrange", "empty", "[2024-01-01,2024-02-01)"),
  literals("tstzrange", "empty", "[2024-01-01 00:00+00,2024-02-01 00:00+00)"),
  literals("daterange", "empty", "[2024-01-01,2024-02-01]", "(,)"),
  literals("int8range", "empty", "[1,9223372036854775807)"),
  literals("int4multirange", "{}", "{[1,3),[5,9)}", "{(,)}"),
  literals("nummultirange", "{}", "{[1.5,2]}"),
  literals("datemultirange", "{}", "{[2024-01-01,2024-02-01)}"),
  literals("int8multirange", "{}", "{[1,3),[5,9)}"),
  literals("tsmultirange", "{}", "{[2024-01-01,2024-02-01)}"),
  literals("tstzmultirange", "{}", "{[2024-01-01 00:00+00,2024-02-01 00:00+00)}"),
  literals("regclass", "pg_class", "pg_type"),
  literals("regtype", "int4", "text"),
  literals("regproc", "now", "upper"),
  literals("regnamespace", "pg_catalog"),
  literals("regrole", "postgres"),
  literals("oidvector", "", "23 25"),
  literals("int2vector", "", "1 2 3"),
  literals("_bool", "{}", "{t,f}"),
  literals("_int2", "{}", "{1,2,3}"),
  literals("_int4", "{}", "{1,2,3}", "{{1,2},{3,4}}", "[0:2]={5,NULL,7}"),
  literals("_int8", "{}", "{2,10}", "{1,2,3}"),
  literals("_text", "{}", "{a,b,NULL}", '{"x y",z}'),
  literals("_float8", "{0,0,0}", "{4,140,2900}", "{4,140,2900,1290,83075,15050}"),
  literals("_numeric", "{}", "{1.5,2.5}"),
  literals("_interval", "{0,0}", "{1 day,00:00:00.000003}"),
  literals("_cstring", "{10}", "{10,2}", "{}"),
  literals("cstring", "1", "abc", "2024-01-01", "{}"),
  literals("unknown", "x"),
  literals("refcursor", "c"),
  literals("aclitem", "postgres=r*w/postgres", "=U/postgres"),
  literals("_aclitem", "{postgres=r*w/postgres}", "{}"),
  ["record", ["row(1, 'a'::text)", "row(2, null::text)", "row(1, 'b'::text)"]],
];

const POLYMORPHIC: Readonly<Record<string, string>> = {
  any: "int4",
  anyelement: "int4",
  anynonarray: "int4",
  anyarray: "_int4",
  anyrange: "int4range",
  anymultirange: "int4multirange",
  anycompatible: "int4",
  anycompatiblearray: "_int4",
  anycompatiblenonarray: "int4",
  anycompatiblerange: "int4range",
  anycompatiblemultirange: "int4multirange",
};

const samples = new Map<number, readonly string[]>();
for (const [name, values] of BY_NAME) {
  const row = typeByName(name.replaceAll('"', ""));
  if (row !== undefined) samples.set(row.oid, values);
}
for (const [name, stand] of Object.entries(POLYMORPHIC)) {
  const [row, like] = [typeByName(name), typeByName(stand)];
  if (row !== undefined && like !== undefined) samples.set(row.oid, samples.get(like.oid) ?? []);
}

/** Empty for a type without samples. */
export function samplesOf(type: number): readonly string[] {
  return samples.get(type) ?? [];
}
