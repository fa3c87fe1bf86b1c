/** CREATE TABLE in all of its forms, DROP, TRUNCATE. */
import type { Sql } from "../random-sql.ts";
import { listed, orShorter, sql } from "../random-sql.ts";
import { columnClause, tableConstraint } from "./constraints.ts";
import type { Draw } from "./draw.ts";
import { query } from "./queries.ts";
import { baseOf, columnType } from "./values.ts";
import type { WorldColumn, WorldRelation } from "./world.ts";

const NAMES = ["a", "b", "c", "d", "e", "f"];

function serial(draw: Draw): string | undefined {
  return draw.chance(0.08) ? draw.one(["serial", "bigserial", "smallserial"]) : undefined;
}

export function newColumn(draw: Draw, name: string): WorldColumn {
  const type = serial(draw) ?? columnType(draw);
  const rest = { generated: "", identity: "", hasDefault: false };
  return { name, type, ...baseOf(draw, type), ...rest };
}

/** At most two clauses after name and type. */
export function columnDefinition(
  draw: Draw,
  column: WorldColumn,
  others: readonly WorldColumn[],
): Sql {
  const first = draw.maybe(0.45, () => columnClause(draw, column, others));
  const second = draw.maybe(0.12, () => columnClause(draw, column, others));
  return sql`${column.name} ${orShorter(column.type, "int")}${first}${second}`;
}

const LIKE_OPTIONS = [
  "including all",
  "including defaults",
  "including constraints",
  "including indexes",
  "including identity",
  "including generated",
  "including comments",
  "including storage",
  "including statistics",
  "including all excluding constraints",
  "including all excluding indexes",
  "excluding all",
];

function like(draw: Draw): Sql {
  const source = draw.relation("rrrvmc");
  const first = draw.maybe(0.7, () => ` ${draw.one(LIKE_OPTIONS)}`);
  return sql`like ${draw.ref(source)}${first}${draw.maybe(0.2, () => ` ${draw.one(LIKE_OPTIONS)}`)}`;
}

function elements(draw: Draw): Sql {
  const start = draw.below(3);
  const names = NAMES.slice(start, start + 1 + draw.below(4));
  if (draw.chance(0.02)) names.push("a");
  const columns = names.map((name) => newColumn(draw, name));
  const base = draw.relation("r");
  const table: WorldRelation = { ...base, columns, constraints: [], indexes: [] };
  const items: Sql[] = columns.map((column) => columnDefinition(draw, column, columns));
  for (let n = draw.below(3); n > 0; n--) items.push(tableConstraint(draw, table));
  if (draw.chance(0.12)) items.push(like(draw));
  return listed(items, ", ");
}

function persistence(draw: Draw): Sql {
  return draw.maybe(0.12, () => draw.one(["temporary ", "temp ", "unlogged "]));
}

function afterColumns(draw: Draw): Sql {
  const storage = draw.maybe(0.05, () => " with (fillfactor = 50)");
  const onCommit = draw.maybe(0.03, () =>
    draw.one([" on commit drop", " on commit delete rows", " on commit preserve rows"]),
  );
  return sql`${storage}${onCommit}`;
}

export function createTable(draw: Draw): Sql {
  const ifNot = draw.maybe(0.1, () => "if not exists ");
  const head = sql`create ${persistence(draw)}table ${ifNot}${draw.fresh("t")}`;
  return draw.either<Sql>(
    [12, () => sql`${head} (${elements(draw)})${afterColumns(draw)}`],
    [1, () => sql`${head} (${like(draw)})`],
    [0.4, () => sql`${head} ()`],
    [0.7, () => sql`${head} of ${draw.type("c")?.ref ?? "k1"}`],
  );
}

export function createTableAs(draw: Draw): Sql {
  const name = draw.fresh("t");
  if (draw.chance(0.1)) return sql`select 1 as a, 'x'::text as b into ${persistence(draw)}${name}`;
  const ifNot = draw.maybe(0.15, () => "if not exists ");
  const names = draw.maybe(0.2, () => ` (${draw.one(["x", "x, y", "a, b, c", "a, a"])})`);
  const data = draw.maybe(0.2, () => draw.one([" with no data", " with data"]));
  const storage = afterColumns(draw);
  return sql`create ${persistence(draw)}table ${ifNot}${name}${names}${storage} as ${query(draw)}${data}`;
}

const DROPPED: readonly (readonly [what: string, kinds: string])[] = [
  ["table", "r"],
  ["table", "r"],
  ["table", "r"],
  ["view", "v"],
  ["view", "v"],
  ["materialized view", "m"],
  ["sequence", "S"],
  ["index", "i"],
];

export function dropRelation(draw: Draw): Sql {
  const [what, kinds] = draw.one(DROPPED);
  const count = draw.chance(0.15) ? 2 : 1;
  const names = Array.from({ length: count }, () => draw.ref(draw.relation(kinds)));
  return sql`drop ${what}${draw.ifExists()} ${listed(names, ", ")}${draw.behavior()}`;
}

export function truncate(draw: Draw): Sql {
  const names = Array.from({ length: 1 + draw.below(2) }, () => draw.ref(draw.relation("rrrrv")));
  const restart = draw.maybe(0.3, () => draw.one([" restart identity", " continue identity"]));
  const only = draw.maybe(0.1, () => "only ");
  return sql`truncate ${draw.maybe(0.5, () => "table ")}${only}${listed(names, ", ")}${restart}${draw.behavior()}`;
}
