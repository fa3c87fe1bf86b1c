/**
 * Every function, aggregate, cast and output of the catalogs, called with one long value at each
 * place that takes one, so that none is forgotten.
 */
import type { ProcRow } from "../../../packages/sql/src/catalog/proc-catalog.ts";
import { typeRow } from "../../../packages/sql/src/catalog/type-catalog.ts";
import { registeredTypes } from "../../../packages/sql/src/types/type-registry.ts";
import { PROCS_IN_SCOPE, procWorks } from "../../docs/function-coverage.ts";
import { samplesOf } from "../../oracle/sample-values.ts";
import type { Nasty } from "./nasty-statements.ts";

/** Values by the name of their type, made of `t`, a text of so many bytes. */
const ONE_LONG: Readonly<Record<string, string>> = {
  text: "t",
  varchar: "t::varchar",
  bpchar: "t::bpchar",
  bytea: "convert_to(t, 'UTF8')",
  json: `('["' || t || '"]')::json`,
  jsonb: "jsonb_build_object('a', t)",
  _text: "array[t]",
  varbit: "translate(t, 'xyжш', '1010')::varbit",
  record: "row(t, 1)",
  any: "t",
  anyelement: "t",
  anynonarray: "t",
  anycompatible: "t",
  anycompatiblenonarray: "t",
  anyarray: "array[t]",
  anycompatiblearray: "array[t]",
  cstring: "t::cstring",
};

/** Values of many small parts: of an element for every 50 bytes of `t`. */
const ELEMENTS = "generate_series(1, length(t) / 50) i";
const OF_MANY: Readonly<Record<string, string>> = {
  json: `(select json_agg(i) from ${ELEMENTS})`,
  jsonb: `(select jsonb_object_agg(i, i) from ${ELEMENTS})`,
  _int4: `array(select i from ${ELEMENTS})`,
  _text: `array(select i::text from ${ELEMENTS})`,
  anyarray: `array(select i from ${ELEMENTS})`,
  anycompatiblearray: `array(select i from ${ELEMENTS})`,
  _numeric: `array(select i::numeric from ${ELEMENTS})`,
  int4multirange: `(select range_agg(int4range(2 * i, 2 * i + 1)) from ${ELEMENTS})`,
  anymultirange: `(select range_agg(int4range(2 * i, 2 * i + 1)) from ${ELEMENTS})`,
};

/** What wants to be a certain word. */
const WORDS: Readonly<Record<string, string>> = {
  encode: "'hex'",
  decode: "'base64'",
  normalize: "'NFC'",
  is_normalized: "'NFC'",
  convert_from: "'LATIN1'",
  convert_to: "'LATIN1'",
  convert: "'LATIN1'",
  to_ascii: "'LATIN1'",
  digest: "'sha256'",
  hmac: "'sha256'",
};

const NOT_CALLED =
  /^(pg_sleep|pg_terminate|pg_cancel|lo_|loread|lowrite|set_config|pg_notify|query_to|cursor_to|table_to|database_to|schema_to|pg_stat|pg_logical|pg_read|pg_ls|pg_advisory|pg_try_advisory|nextval|setval|repeat$)/;

function short(proc: ProcRow, at: number): string {
  const word = WORDS[proc.name];
  if (word !== undefined && at > 0) return word;
  const samples = samplesOf(proc.argTypes[at] ?? 0);
  return samples[1] ?? samples[0] ?? "null";
}

function callOf(proc: ProcRow, isLong: (at: number) => boolean): string {
  const args = proc.argTypes.map((_type, at) => (isLong(at) ? "v" : short(proc, at)));
  return `pg_catalog."${proc.name}"(${args.join(", ")})`;
}

function statement(proc: ProcRow, call: string, from: string): string {
  if (proc.returnsSet) return `select count(*) from (select ${call} from ${from}) q`;
  return proc.kind === "a"
    ? `select ${call} is null from ${from}`
    : `select count(${call}) from ${from}`;
}

interface Values {
  readonly what: string;
  readonly text: string;
  readonly byType: Readonly<Record<string, string>>;
}

function sourceOf({ text }: Values, value: string): string {
  return `(select ${value} as v from (select ${text} as t offset 0) s offset 0) s`;
}

function callsOf(proc: ProcRow, values: Values): readonly Nasty[] {
  const { byType, what } = values;
  const names = proc.argTypes.map((type) => typeRow(type)?.name ?? "");
  const places = names.flatMap((name, at) => (byType[name] === undefined ? [] : [at]));
  const alone = places.map((place) => ({
    title: `${place + 1}`,
    isLong: (at: number) => at === place,
    place,
  }));
  const [first] = places;
  const isLike = (at: number): boolean => names[at] === names[first ?? 0];
  const together =
    places.length > 1 && first !== undefined
      ? [{ title: "all", isLong: isLike, place: first }]
      : [];
  return [...alone, ...together].map(({ title, isLong, place }) => ({
    name: `${what} ${proc.name}(${names.join(",")}) ${title}`,
    text: statement(
      proc,
      callOf(proc, isLong),
      sourceOf(values, byType[names[place] ?? ""] ?? "t"),
    ),
  }));
}

function isCalled(proc: ProcRow): boolean {
  return (proc.kind === "f" || proc.kind === "a") && !NOT_CALLED.test(proc.name) && procWorks(proc);
}

function* othersOf(values: Values): Generator<Nasty> {
  const { byType, what } = values;
  for (const [type, value] of Object.entries(byType)) {
    const from = sourceOf(values, value);
    const one = (name: string, expression: string, behind = ""): Nasty => ({
      name: `${what} ${type} ${name}`,
      text: `select ${expression} from ${from}${behind}`,
    });
    yield one("made", "count(v)");
    yield one("as text", "count(v::text)");
    yield one("sent", "v");
    yield one("grouped", "count(*)", " group by v");
    yield one("sorted", "count(*) over (order by v)");
    yield one("equal", "v = v");
  }
  for (const { name, oid } of registeredTypes()) {
    if (oid >= 16384 || typeRow(oid)?.kind === "p") continue;
    yield {
      name: `${what} text as ${name}`,
      text: `select count(t::pg_catalog."${name}") from (select ${values.text} as t offset 0) s`,
    };
  }
}

export function everyValue(megabytes: number, letters: string): readonly Nasty[] {
  const times = Math.round((megabytes * 1e6) / letters.length);
  const text = `repeat('${letters}', ${times})`;
  const sets = [
    { what: "one", text, byType: ONE_LONG },
    { what: "many", text, byType: OF_MANY },
  ];
  return sets.flatMap((values) => [
    ...othersOf(values),
    ...PROCS_IN_SCOPE.filter(isCalled).flatMap((proc) => callsOf(proc, values)),
  ]);
}
