/** Indexes, views, materialized views, sequences and statistics: made, altered, refreshed. */
import type { Sql } from "../random-sql.ts";
import { listed, sql } from "../random-sql.ts";
import type { Draw } from "./draw.ts";
import { query, simpleQuery } from "./queries.ts";
import { condition, defaultOf, expression } from "./values.ts";
import type { WorldRelation } from "./world.ts";

function indexElement(draw: Draw, table: WorldRelation): Sql {
  const column = draw.column(table);
  const what = draw.chance(0.75) ? column.name : `(${expression(draw, column)})`;
  const isText = column.base === "text" || column.base === "character varying";
  const collate = draw.maybe(isText ? 0.2 : 0.02, () => ' collate "C"');
  const opclass = draw.maybe(isText ? 0.15 : 0.02, () =>
    draw.one([
      " text_pattern_ops",
      " varchar_pattern_ops",
      " int4_ops",
      " text_ops",
      " nosuch_ops",
    ]),
  );
  const order = draw.maybe(0.25, () => draw.one([" desc", " asc", " desc nulls last"]));
  return sql`${what}${collate}${opclass}${order}${order === "" ? draw.maybe(0.1, () => " nulls first") : ""}`;
}

export function createIndex(draw: Draw): Sql {
  const table = draw.relation("rrrrrrrmmv");
  const elements = Array.from({ length: 1 + draw.below(2) }, () => indexElement(draw, table));
  const include = draw.maybe(0.12, () => ` include (${draw.column(table).name})`);
  const nulls = draw.maybe(0.08, () => " nulls not distinct");
  const storage = draw.maybe(0.05, () => " with (fillfactor = 60)");
  const where = draw.maybe(0.2, () => ` where ${condition(draw, draw.column(table))}`);
  const name = draw.maybe(
    0.7,
    () => sql`${draw.maybe(0.1, () => "if not exists ")}${draw.name("i")} `,
  );
  const how = draw.maybe(0.04, () => "concurrently ");
  const using = draw.maybe(0.08, () => ` using btree`);
  return sql`create ${draw.maybe(0.35, () => "unique ")}index ${how}${name}on ${draw.ref(table)}${using} (${listed(elements, ", ")})${include}${nulls}${storage}${where}`;
}

export function alterIndex(draw: Draw): Sql {
  const index = draw.ref(draw.relation("i"));
  return draw.either<Sql>(
    [
      3,
      () =>
        sql`alter index ${draw.maybe(0.1, () => "if exists ")}${index} rename to ${draw.name("i")}`,
    ],
    [
      1,
      () =>
        `alter index ${index} ${draw.one(["set (fillfactor = 70)", "reset (fillfactor)", "set (x = 1)"])}`,
    ],
    [0.6, () => `alter index ${index} alter column ${1 + draw.below(2)} set statistics 200`],
    [1, () => `reindex ${draw.one([`index ${index}`, `table ${draw.ref(draw.relation("rm"))}`])}`],
    [0.3, () => `alter index ${index} set tablespace pg_default`],
  );
}

function viewOptions(draw: Draw): Sql {
  return draw.maybe(0.12, () =>
    draw.one([
      " with (security_barrier)",
      " with (check_option = local)",
      " with (security_invoker = true)",
      " with (nosuch = 1)",
    ]),
  );
}

export function createView(draw: Draw): Sql {
  const replace = draw.maybe(0.25, () => "or replace ");
  const temp = draw.maybe(0.05, () => "temp ");
  const names = draw.maybe(0.15, () => ` (${draw.one(["x", "x, y", "a, b, c"])})`);
  const checked = draw.chance(0.2);
  const body = checked ? simpleQuery(draw) : query(draw);
  const check = checked
    ? draw.one([" with check option", " with local check option", " with cascaded check option"])
    : "";
  return sql`create ${replace}${temp}view ${draw.fresh("v")}${names}${viewOptions(draw)} as ${body}${check}`;
}

export function alterView(draw: Draw): Sql {
  const view = draw.relation("vvvvr");
  const column = draw.column(view);
  const head = sql`alter view ${draw.maybe(0.1, () => "if exists ")}${draw.ref(view)} `;
  const rest = draw.either<Sql>(
    [2, () => sql`alter ${column.name} set default ${defaultOf(draw, column)}`],
    [1, () => `alter ${column.name} drop default`],
    [2, () => `rename to ${draw.name("v")}`],
    [2, () => `rename column ${column.name} to ${draw.one(["a", "b", "x", "y"])}`],
    [2, () => `set schema ${draw.schema()}`],
    [1, () => `owner to ${draw.role()}`],
    [
      1,
      () =>
        draw.one([
          "set (security_barrier = true)",
          "reset (security_barrier)",
          "set (check_option = cascaded)",
          "set (check_option = wrong)",
          "reset (check_option)",
        ]),
    ],
  );
  return sql`${head}${rest}`;
}

export function createMaterialized(draw: Draw): Sql {
  const ifNot = draw.maybe(0.1, () => "if not exists ");
  const names = draw.maybe(0.15, () => ` (${draw.one(["x", "x, y", "a, b, c"])})`);
  const data = draw.maybe(0.25, () => draw.one([" with no data", " with data"]));
  return sql`create materialized view ${ifNot}${draw.fresh("m", 2)}${names} as ${query(draw)}${data}`;
}

export function alterMaterialized(draw: Draw): Sql {
  const view = draw.relation("mmmmv");
  const name = draw.ref(view);
  const data = draw.maybe(0.15, () => draw.one([" with no data", " with data"]));
  return draw.either<Sql>(
    [
      4,
      () => sql`refresh materialized view ${draw.maybe(0.2, () => "concurrently ")}${name}${data}`,
    ],
    [1, () => `alter materialized view ${name} rename to ${draw.name("m", 2)}`],
    [
      1,
      () =>
        `alter materialized view ${name} rename ${draw.column(view).name} to ${draw.one(["a", "x"])}`,
    ],
    [1, () => `alter materialized view ${name} set schema ${draw.schema()}`],
    [1, () => `alter materialized view ${name} owner to ${draw.role()}`],
  );
}

function sequenceOption(draw: Draw): Sql {
  const owner = draw.relation("r");
  return draw.either<Sql>(
    [2, () => `increment by ${draw.one(["1", "2", "0"])}`],
    [2, () => `start with ${draw.one(["1", "5", "100", "-3"])}`],
    [1, () => draw.one(["minvalue 1", "no minvalue", "minvalue -10", "minvalue 50"])],
    [1, () => draw.one(["maxvalue 10", "no maxvalue", "maxvalue 3"])],
    [1, () => draw.one(["cycle", "no cycle"])],
    [0.7, () => `cache ${draw.one(["1", "5", "0"])}`],
    [1, () => `as ${draw.one(["smallint", "integer", "bigint", "text"])}`],
    [
      2,
      () =>
        `owned by ${draw.chance(0.2) ? "none" : `${draw.ref(owner)}.${draw.column(owner).name}`}`,
    ],
  );
}

export function createSequence(draw: Draw): Sql {
  const temp = draw.maybe(0.08, () => "temp ");
  const ifNot = draw.maybe(0.1, () => "if not exists ");
  const options = Array.from({ length: draw.below(3) }, () => sql` ${sequenceOption(draw)}`);
  return sql`create ${temp}sequence ${ifNot}${draw.fresh("q", 3)}${listed(["", ...options], "")}`;
}

export function alterSequence(draw: Draw): Sql {
  const sequence = draw.ref(draw.relation("SSSSr"));
  const head = sql`alter sequence ${draw.maybe(0.1, () => "if exists ")}${sequence} `;
  return draw.either<Sql>(
    [4, () => sql`${head}${sequenceOption(draw)}`],
    [1, () => sql`${head}restart${draw.maybe(0.5, () => " with 4")}`],
    [1, () => sql`${head}rename to ${draw.name("q", 3)}`],
    [1, () => sql`${head}set schema ${draw.schema()}`],
    [1, () => sql`${head}owner to ${draw.role()}`],
    [0.3, () => sql`${head}set ${draw.one(["logged", "unlogged"])}`],
    [2, () => `select nextval('${sequence}')`],
    [1, () => `select setval('${sequence}', ${draw.one(["3", "10", "0", "1, false"])})`],
    [0.5, () => `select currval('${sequence}'), lastval()`],
  );
}

export function statistics(draw: Draw): Sql {
  const known = draw.world.statistics;
  const name = known.length > 0 ? draw.one(known) : "x9";
  const table = draw.relation("rrrrmv");
  const kinds = draw.maybe(
    0.3,
    () => ` (${draw.one(["ndistinct", "dependencies, mcv", "mcv", "nosuch"])})`,
  );
  const columns = draw
    .columns(table, 3)
    .map((column) => column.name)
    .join(", ");
  return draw.either<Sql>(
    [
      4,
      () =>
        sql`create statistics ${draw.maybe(0.1, () => "if not exists ")}${draw.maybe(0.8, () => draw.fresh("x", 2))}${kinds} on ${columns} from ${draw.ref(table)}`,
    ],
    [1, () => `alter statistics ${name} set statistics ${draw.one(["50", "-1", "20000"])}`],
    [1, () => `alter statistics ${name} rename to ${draw.name("x", 2)}`],
    [1, () => `alter statistics ${name} set schema ${draw.schema()}`],
    [0.5, () => `alter statistics ${name} owner to ${draw.role()}`],
    [1.5, () => sql`drop statistics${draw.ifExists()} ${name}`],
  );
}
