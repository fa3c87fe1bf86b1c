/**
 * Statements that differ in structure, so that nothing kept of one serves the next; and those of
 * literal-statements.ts.
 */
import { LITERAL_STATEMENTS } from "./literal-statements.ts";

const COLUMNS = 30;
const TABLES = 6;

export const SETUP: readonly string[] = Array.from({ length: TABLES }, (_, at) => [
  `create table fresh${at} (id int primary key, parent int, ${columnsOf().join(", ")})`,
  `create index on fresh${at} (parent)`,
  `insert into fresh${at} (id, parent) select i, i % 10 from generate_series(1, 100) i`,
  `analyze fresh${at}`,
]).flat();

function columnsOf(): string[] {
  const types = ["int", "text", "bigint", "timestamptz", "numeric(10,2)", "boolean"];
  return Array.from({ length: COLUMNS }, (_, at) => `c${at} ${types[at % types.length] ?? ""}`);
}

/** Numbers that look random and are the same each time. */
class Choices {
  #state: number;

  constructor(seed: number) {
    this.#state = seed * 2_654_435_761 + 1;
  }

  below(bound: number): number {
    this.#state = (Math.imul(this.#state, 1_103_515_245) + 12_345) >>> 0;
    return (this.#state >>> 8) % bound;
  }

  /** Some of the columns' numbers, in any order. */
  columns(count: number): number[] {
    const all = Array.from({ length: COLUMNS }, (_, at) => at);
    return Array.from({ length: count }, () => all.splice(this.below(all.length), 1)[0] ?? 0);
  }
}

const SAMPLES = ["7", "'seven'", "70000", "'2026-01-01'", "7.5", "true"];

function sample(column: number): string {
  return SAMPLES[column % SAMPLES.length] ?? "null";
}

const OPERATORS = ["=", "<", ">", "<=", ">=", "<>"];

function test(choices: Choices, table: string): string {
  const column = choices.below(COLUMNS);
  if (choices.below(4) === 0) return `${table}.c${column} is not null`;
  const operator = OPERATORS[choices.below(OPERATORS.length)] ?? "=";
  return `${table}.c${column} ${operator} ${sample(column)}`;
}

function tests(choices: Choices, table: string): string {
  return [`${table}.id = 5`, test(choices, table), test(choices, table)].join(" and ");
}

function point(choices: Choices): string {
  const table = `fresh${choices.below(TABLES)}`;
  const columns = choices.columns(5 + choices.below(26)).map((at) => `c${at}`);
  return `select ${columns.join(", ")} from ${table} where ${tests(choices, table)}`;
}

function join(choices: Choices): string {
  const [a, b, c] = [0, 1, 2].map((at) => `fresh${(choices.below(2) + at * 2) % TABLES}`);
  const columns = choices.columns(5 + choices.below(10));
  const list = columns.map((at, n) => `${[a, b, c][n % 3] ?? ""}.c${at} as x${n}`);
  return `select ${list.join(", ")} from ${a} join ${b} on ${b}.id = ${a}.parent join ${c} on ${c}.id = ${b}.parent where ${tests(choices, a ?? "")} order by 1`;
}

/** As ORMs write them: every column, with an alias, of every table. */
function wide(choices: Choices): string {
  const columns = choices.columns(COLUMNS);
  const list = columns.map((at, n) => `"t${n % TABLES}"."c${at}" AS "t${n % TABLES}_c${at}"`);
  const joins = Array.from({ length: TABLES - 1 }, (_, at) => {
    const [left, right] = [`"t${choices.below(at + 1)}"`, `"t${at + 1}"`];
    return `LEFT OUTER JOIN "fresh${at + 1}" ${right} ON ${right}."id" = ${left}."parent"`;
  });
  return `SELECT ${list.join(", ")} FROM "fresh0" "t0" ${joins.join(" ")} WHERE ${tests(choices, '"t0"')} ORDER BY "t0"."id" ASC LIMIT 10`;
}

function insert(choices: Choices, at: number): string {
  const columns = choices.columns(5 + choices.below(20));
  const names = ["id", ...columns.map((column) => `c${column}`)];
  const values = [String(1_000 + at), ...columns.map((column) => sample(column))];
  return `insert into fresh${choices.below(TABLES)} (${names.join(", ")}) values (${values.join(", ")})`;
}

function update(choices: Choices): string {
  const table = `fresh${choices.below(TABLES)}`;
  const columns = choices.columns(3 + choices.below(10));
  const sets = columns.map((column) => `c${column} = ${sample(column)}`);
  return `update ${table} set ${sets.join(", ")} where ${tests(choices, table)}`;
}

function aggregate(choices: Choices): string {
  const table = `fresh${choices.below(TABLES)}`;
  const [key, ...columns] = choices.columns(4 + choices.below(6)).map((at) => `c${at}`);
  const calls = columns.map((column, n) => `${n % 2 === 0 ? "count" : "max"}(${column}::text)`);
  return `select ${key}, ${calls.join(", ")} from ${table} where ${test(choices, table)} group by ${key} order by 2 desc`;
}

const KINDS: Readonly<Record<string, (choices: Choices, at: number) => string>> = {
  point,
  join,
  wide,
  insert,
  update,
  aggregate,
};

export const KIND_NAMES: readonly string[] = Object.keys({ ...KINDS, ...LITERAL_STATEMENTS });

export function statements(kind: string, count: number): readonly string[] {
  const make = KINDS[kind];
  const literal = LITERAL_STATEMENTS[kind];
  return Array.from(
    { length: count },
    (_, at) => make?.(new Choices(at + 1), at) ?? literal?.(at) ?? "",
  );
}
