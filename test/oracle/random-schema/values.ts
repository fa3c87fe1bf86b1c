/** Types of columns, and values and expressions of them. */
import type { Sql } from "../random-sql.ts";
import type { Draw } from "./draw.ts";
import type { WorldColumn } from "./world.ts";

const BUILT_IN = [
  "int",
  "int",
  "integer",
  "bigint",
  "smallint",
  "text",
  "text",
  "varchar(5)",
  "varchar",
  "char(3)",
  "numeric",
  "numeric(6,2)",
  "boolean",
  "date",
  "timestamp",
  "timestamptz(3)",
  "float8",
  "uuid",
  "jsonb",
  "int[]",
  "text[]",
  "bytea",
  "interval",
  "int4range",
  "name",
];

/** The type of a new column. */
export function columnType(draw: Draw): string {
  if (draw.chance(0.03))
    return draw.one(["nosuch", "record", "s9.t", "void", "anyelement", "t9[]"]);
  if (draw.chance(0.25)) {
    const type = draw.type("edc");
    if (type !== undefined) return `${draw.ref(type)}${draw.chance(0.15) ? "[]" : ""}`;
  }
  return draw.one(BUILT_IN);
}

export function builtInType(draw: Draw): string {
  return draw.one(BUILT_IN);
}

const LITERALS: Readonly<Record<string, readonly string[]>> = {
  integer: ["0", "1", "2", "3", "7", "-1", "40000", "'5'"],
  bigint: ["0", "1", "2", "3", "5000000000", "-7"],
  smallint: ["0", "1", "2", "3", "-5"],
  numeric: ["0", "1", "2.5", "3.14", "-10", "1234.567"],
  "double precision": ["0", "1", "1.5", "-2e3", "'nan'"],
  text: ["''", "'a'", "'b'", "'abc'", "'Abc def'"],
  "character varying": ["''", "'a'", "'b'", "'abc'", "'toolong'"],
  character: ["'a'", "'b'", "'abc'", "'x  '"],
  name: ["'a'", "'nm'"],
  boolean: ["true", "false", "'t'"],
  date: ["'2020-01-01'", "'2024-02-29'", "date '1999-12-31'"],
  "timestamp without time zone": ["'2020-01-01 10:00'", "'2024-02-29'"],
  "timestamp with time zone": ["'2020-01-01 10:00+02'", "'2024-02-29 00:00:00.1234Z'"],
  uuid: ["'00000000-0000-4000-8000-000000000001'", "'11111111-1111-4111-8111-111111111111'"],
  jsonb: ["'1'", `'{"a": 1}'`, "'[1, 2]'"],
  array: ["'{}'", "'{1,2}'", "array[1, null]"],
  bytea: ["'\\x00ff'", "''"],
  interval: ["'1 day'", "'02:00'", "interval '1 month'"],
  int4range: ["'[1,5)'", "'empty'", "int4range(2, 9)"],
  composite: ["row(1, 'a')", "'(1,a)'", "null"],
};

export function valueOf(draw: Draw, column: Pick<WorldColumn, "base" | "labels">): string {
  if (draw.chance(0.12)) return "null";
  if (draw.chance(0.02)) return "'wrong'";
  const { labels } = column;
  if (labels !== null && labels.length > 0) return `'${draw.one(labels)}'`;
  return draw.one(LITERALS[column.base] ?? ["null", "'x'"]);
}

const NUMBERS = new Set(["integer", "bigint", "smallint", "numeric", "double precision"]);
const TEXTS = new Set(["text", "character varying", "character", "name"]);

const NUMBER_CONDITIONS: readonly ((c: string) => string)[] = [
  (c) => `${c} > 0`,
  (c) => `${c} >= -100`,
  (c) => `${c} between 0 and 9`,
  (c) => `${c} in (1, 2, 3)`,
  (c) => `abs(${c}) < 1000 and ${c} <> 4`,
  (c) => `coalesce(${c}, 0) >= 0 or ${c} is null`,
  (c) => `not (${c} = 5)`,
  (c) => `${c} % 2 = 0`,
  (c) => `case when ${c} > 3 then true else ${c} < 2 end`,
];

const TEXT_CONDITIONS: readonly ((c: string) => string)[] = [
  (c) => `${c} <> ''`,
  (c) => `length(${c}) < 8`,
  (c) => `${c} like 'a%'`,
  (c) => `${c} ~ '^[a-z]*$'`,
  (c) => `lower(${c}) = ${c}`,
  (c) => `${c} in ('a', 'b')`,
  (c) => `${c} collate "C" > 'A'`,
];

const OTHER_CONDITIONS: readonly ((c: string) => string)[] = [
  (c) => `${c} is not null`,
  (c) => `${c} is null`,
  (c) => `${c} = ${c}`,
  (c) => `${c} is distinct from null`,
];

/** A condition over a column; wrong ones, too: of another type, with a subquery, an aggregate. */
export function condition(draw: Draw, { name, base, labels }: WorldColumn): string {
  if (draw.chance(0.02)) {
    return draw.one([`${name} + 1`, "(select true)", `count(${name}) > 0`, "zz > 0", "1", "null"]);
  }
  if (labels !== null && labels.length > 0 && draw.chance(0.5)) {
    return `${name} <> '${draw.one(labels)}'`;
  }
  if (base === "boolean" && draw.chance(0.5))
    return draw.one([name, `not ${name}`, `${name} is true`]);
  if (base === "date" && draw.chance(0.5)) return `${name} > date '2000-01-01'`;
  const forms = NUMBERS.has(base) ? NUMBER_CONDITIONS : TEXTS.has(base) ? TEXT_CONDITIONS : [];
  return draw.one([...forms, ...OTHER_CONDITIONS])(name);
}

const NUMBER_EXPRESSIONS: readonly ((c: string) => string)[] = [
  (c) => `${c} + 1`,
  (c) => `${c} * 2`,
  (c) => `abs(${c})`,
  (c) => `- ${c}`,
  (c) => `coalesce(${c}, 0)`,
  (c) => `case when ${c} > 1 then ${c} else 0 end`,
  (c) => `greatest(${c}, 2)`,
];

const TEXT_EXPRESSIONS: readonly ((c: string) => string)[] = [
  (c) => `upper(${c})`,
  (c) => `${c} || 'x'`,
  (c) => `substr(${c}, 1, 2)`,
  (c) => `coalesce(${c}, 'none')`,
  (c) => `${c} collate "C"`,
  (c) => `nullif(${c}, 'a')`,
];

/** An expression over a column, of the column's kind. */
export function expression(draw: Draw, { name, base }: WorldColumn): string {
  if (draw.chance(0.02)) return draw.one(["now()", "random()", "(select 1)", "zz", `sum(${name})`]);
  if (NUMBERS.has(base)) return draw.one(NUMBER_EXPRESSIONS)(name);
  if (TEXTS.has(base)) return draw.one(TEXT_EXPRESSIONS)(name);
  return draw.one([`coalesce(${name}, ${name})`, `(${name})::text`, `${name} is null`]);
}

/** A default for a column of this type. */
export function defaultOf(draw: Draw, column: Pick<WorldColumn, "base" | "labels">): Sql {
  if (draw.chance(0.04)) return draw.one(["nosuch()", "a", "(select 1)", "count(*)", "'wrong'"]);
  const sequences = draw.world.relations.filter(({ kind }) => kind === "S");
  if (NUMBERS.has(column.base) && sequences.length > 0 && draw.chance(0.25)) {
    return `nextval('${draw.one(sequences).ref}')`;
  }
  const functions = draw.world.routines.filter(
    ({ kind, arguments: types, result }) => kind === "f" && types.length === 0 && result !== "void",
  );
  if (functions.length > 0 && draw.chance(0.15)) return `${draw.one(functions).ref}()`;
  if (TEXTS.has(column.base) && draw.chance(0.2)) return draw.one(["current_user", "'a' || 'b'"]);
  return valueOf(draw, column);
}

/** What a written type is below. */
export function baseOf(draw: Draw, type: string): Pick<WorldColumn, "base" | "labels"> {
  if (type.endsWith("[]")) return { base: "array", labels: null };
  const known = draw.world.types.find(
    ({ ref, schema, name }) => ref === type || `${schema}.${name}` === type,
  );
  if (known?.kind === "e") return { base: "enum", labels: known.labels };
  if (known?.kind === "c") return { base: "composite", labels: null };
  const short = type.replace(/\(.*$/u, "");
  return { base: ALIASES[short] ?? short, labels: null };
}

const ALIASES: Readonly<Record<string, string>> = {
  int: "integer",
  varchar: "character varying",
  char: "character",
  timestamp: "timestamp without time zone",
  timestamptz: "timestamp with time zone",
  float8: "double precision",
  serial: "integer",
  bigserial: "bigint",
};
