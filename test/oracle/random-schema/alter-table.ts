/** ALTER TABLE: one action or several, of tables and now and then of what is no table. */
import type { Sql } from "../random-sql.ts";
import { listed, orShorter, sql } from "../random-sql.ts";
import { addedConstraint } from "./constraints.ts";
import type { Draw } from "./draw.ts";
import { columnDefinition, newColumn } from "./tables.ts";
import { columnType, defaultOf, expression } from "./values.ts";
import type { WorldRelation } from "./world.ts";

function addColumn(draw: Draw, table: WorldRelation): Sql {
  const column = newColumn(draw, draw.one(["a", "b", "c", "d", "e", "f", "g", "h"]));
  const ifNot = draw.maybe(0.1, () => "if not exists ");
  return sql`add ${draw.maybe(0.7, () => "column ")}${ifNot}${columnDefinition(draw, column, table.columns)}`;
}

function alterType(draw: Draw, table: WorldRelation): Sql {
  const column = draw.column(table);
  const related = RELATED[column.base] ?? ["text"];
  const type = draw.chance(0.75) ? draw.one(related) : columnType(draw);
  const collate = draw.maybe(0.05, () => ' collate "C"');
  const using = draw.maybe(0.35, () => {
    if (draw.chance(0.4)) return ` using ${expression(draw, column)}`;
    return ` using ${column.name}::text::${type}`;
  });
  return sql`alter column ${column.name} ${draw.maybe(0.3, () => "set data ")}type ${type}${collate}${using}`;
}

const RELATED: Readonly<Record<string, readonly string[]>> = {
  integer: ["bigint", "smallint", "numeric", "text", "int", "boolean", "float8"],
  bigint: ["int", "numeric(4,1)", "text"],
  smallint: ["int", "bigint", "text"],
  numeric: ["numeric(5,1)", "int", "float8", "numeric", "text"],
  "double precision": ["int", "numeric", "text"],
  text: ["varchar(3)", "varchar", "char(4)", "int", "text", "name", "date"],
  "character varying": ["varchar(2)", "varchar(20)", "text", "int"],
  character: ["char(1)", "char(5)", "text", "varchar"],
  boolean: ["int", "text"],
  date: ["timestamp", "text", "timestamptz"],
  "timestamp without time zone": ["date", "timestamptz", "timestamp(0)"],
  "timestamp with time zone": ["date", "timestamptz(0)", "timestamp"],
  jsonb: ["text", "json"],
  array: ["text", "text[]", "bigint[]", "int[]"],
  enum: ["text", "varchar", "e1", "e2"],
  composite: ["text", "k1", "k2"],
};

function ofColumn(draw: Draw, table: WorldRelation): Sql {
  const column = draw.column(table);
  const alter = `alter ${draw.chance(0.8) ? "column " : ""}${column.name}`;
  return draw.either<Sql>(
    [3, () => sql`${alter} set default ${defaultOf(draw, column)}`],
    [1.5, () => `${alter} drop default`],
    [3, () => `${alter} set not null`],
    [2, () => `${alter} drop not null`],
    [0.7, () => sql`${alter} drop expression${draw.ifExists()}`],
    [1.2, () => `${alter} add generated ${draw.one(["always", "by default"])} as identity`],
    [
      0.7,
      () =>
        `${alter} set generated ${draw.one(["always", "by default"])}${draw.chance(0.4) ? " restart" : ""}`,
    ],
    [0.4, () => `${alter} set increment by 3 set start 10`],
    [0.7, () => sql`${alter} drop identity${draw.ifExists()}`],
    [0.3, () => `${alter} set statistics ${draw.one(["100", "-1", "0", "20000"])}`],
    [0.3, () => `${alter} set storage ${draw.one(["plain", "external", "main", "extended"])}`],
    [
      0.3,
      () =>
        `${alter} ${draw.one(["set (n_distinct = 5)", "reset (n_distinct)", "set (nosuch = 1)"])}`,
    ],
  );
}

function ofConstraint(draw: Draw, table: WorldRelation): Sql {
  const known = table.constraints.map(({ name }) => name);
  const name = known.length === 0 || draw.chance(0.05) ? draw.name("c") : draw.one(known);
  return draw.either<Sql>(
    [3, () => sql`drop constraint${draw.ifExists()} ${name}${draw.behavior()}`],
    [1.5, () => `validate constraint ${name}`],
    [
      1,
      () =>
        `alter constraint ${name} ${draw.one(["deferrable", "not deferrable", "deferrable initially deferred", "initially deferred", "not deferrable initially deferred"])}`,
    ],
  );
}

function ofTable(draw: Draw, table: WorldRelation): Sql {
  const index = table.indexes.length > 0 ? draw.one(table.indexes).name : "i1";
  return draw.either<Sql>(
    [1, () => `owner to ${draw.role()}`],
    [
      0.6,
      () =>
        draw.one([
          "set (fillfactor = 80)",
          "reset (fillfactor)",
          "set (nosuch = 1)",
          "set (fillfactor = 5)",
          "set (autovacuum_enabled = false)",
        ]),
    ],
    [0.3, () => draw.one([`cluster on ${index}`, "set without cluster"])],
    [0.3, () => draw.one(["set logged", "set unlogged"])],
    [
      0.4,
      () => `replica identity ${draw.one(["full", "nothing", "default", `using index ${index}`])}`,
    ],
    [
      0.3,
      () => `${draw.one(["disable", "enable"])} trigger ${draw.one(["all", "user", "nosuch"])}`,
    ],
    [0.3, () => draw.one([`of ${draw.type("c")?.ref ?? "k1"}`, "not of"])],
    [0.1, () => "disable row level security"],
  );
}

function action(draw: Draw, table: WorldRelation): Sql {
  return draw.either<Sql>(
    [4, () => addColumn(draw, table)],
    [
      2.5,
      () =>
        sql`drop ${draw.maybe(0.7, () => "column ")}${draw.maybe(0.15, () => "if exists ")}${draw.column(table).name}${draw.behavior()}`,
    ],
    [4, () => alterType(draw, table)],
    [5, () => ofColumn(draw, table)],
    [5, () => sql`add ${addedConstraint(draw, table)}`],
    [3, () => ofConstraint(draw, table)],
    [1.5, () => ofTable(draw, table)],
  );
}

function renamed(draw: Draw, table: WorldRelation): Sql {
  const constraints = table.constraints.map(({ name }) => name);
  return draw.either<Sql>(
    [
      3,
      () =>
        sql`rename ${draw.maybe(0.7, () => "column ")}${draw.column(table).name} to ${draw.one(["a", "b", "c", "k", "m", "x"])}`,
    ],
    [
      1,
      () =>
        `rename constraint ${constraints.length > 0 ? draw.one(constraints) : "c1"} to ${draw.name("c")}`,
    ],
    [1.5, () => `rename to ${draw.name("t")}`],
    [1.5, () => `set schema ${draw.schema()}`],
  );
}

export function alterTable(draw: Draw): Sql {
  const table = draw.relation("rrrrrrrrrrrrv");
  const exists = draw.maybe(0.05, () => "if exists ");
  const only = draw.maybe(0.05, () => "only ");
  const head = sql`alter table ${exists}${only}${draw.ref(table)} `;
  if (draw.chance(0.18)) return sql`${head}${renamed(draw, table)}`;
  const count = draw.chance(0.75) ? 1 : 2 + draw.below(2);
  const actions = Array.from({ length: count }, () => action(draw, table));
  return sql`${head}${orShorter(listed(actions, ", "), ...actions.slice(1))}`;
}
