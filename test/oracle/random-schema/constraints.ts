/** Constraints of tables and columns, as they are written in CREATE TABLE and ALTER TABLE. */
import type { Sql } from "../random-sql.ts";
import { sql } from "../random-sql.ts";
import type { Draw } from "./draw.ts";
import { condition, defaultOf, expression } from "./values.ts";
import type { WorldColumn, WorldRelation } from "./world.ts";

const ACTIONS = ["cascade", "set null", "set default", "restrict", "no action"];

function list(columns: readonly WorldColumn[]): string {
  return columns.map(({ name }) => name).join(", ");
}

function deferrable(draw: Draw): Sql {
  return draw.maybe(0.2, () =>
    draw.one([
      " deferrable",
      " deferrable initially deferred",
      " not deferrable",
      " initially deferred",
    ]),
  );
}

function keyOptions(draw: Draw): Sql {
  const fill = draw.maybe(0.04, () => " with (fillfactor = 70)");
  return sql`${fill}${deferrable(draw)}`;
}

function actions(draw: Draw, columns: readonly WorldColumn[]): Sql {
  const action = (): Sql => {
    const chosen = draw.one(ACTIONS);
    if (!chosen.startsWith("set ") || columns.length === 0 || draw.chance(0.7)) return chosen;
    return `${chosen} (${draw.one(columns).name})`;
  };
  const onDelete = draw.maybe(0.4, () => sql` on delete ${action()}`);
  const onUpdate = draw.maybe(0.3, () => sql` on update ${draw.one(ACTIONS)}`);
  return sql`${onDelete}${onUpdate}`;
}

/** What a foreign key may point at: a key of a table, its columns named or not. */
function references(draw: Draw, wanted: number): Sql {
  const tables = draw.world.relations.filter(({ kind }) => kind === "r");
  const keys = tables.flatMap((table) =>
    table.constraints
      .filter(({ kind, columns }) => "pu".includes(kind) && columns.length === wanted)
      .map((key) => ({ table, key })),
  );
  const match = draw.maybe(0.15, () => draw.one([" match full", " match simple", " match full"]));
  if (keys.length === 0 || draw.chance(0.08)) {
    const table = draw.relation("rrrv");
    return sql`references ${draw.ref(table)}${draw.maybe(0.6, () => `(${list(draw.columns(table, 2))})`)}${match}`;
  }
  const { table, key } = draw.one(keys);
  const columns = key.kind === "p" && draw.chance(0.4) ? "" : ` (${key.columns.join(", ")})`;
  return sql`references ${draw.ref(table)}${columns}${match}`;
}

function named(draw: Draw, probability: number): Sql {
  return draw.maybe(probability, () => `constraint ${draw.name("c", 5)} `);
}

function foreignKey(draw: Draw, table: WorldRelation): Sql {
  const columns = draw.columns(table, draw.chance(0.7) ? 1 : 2);
  return sql`foreign key (${list(columns)}) ${references(draw, columns.length)}${actions(draw, columns)}${deferrable(draw)}`;
}

function unique(draw: Draw, table: WorldRelation): Sql {
  const nulls = draw.maybe(0.2, () => draw.one([" nulls not distinct", " nulls distinct"]));
  const include = draw.maybe(0.12, () => ` include (${list(draw.columns(table, 2))})`);
  return sql`unique${nulls} (${list(draw.columns(table, 2))})${include}${keyOptions(draw)}`;
}

function primaryKey(draw: Draw, table: WorldRelation): Sql {
  const include = draw.maybe(0.08, () => ` include (${list(draw.columns(table, 1))})`);
  return sql`primary key (${list(draw.columns(table, 2))})${include}${keyOptions(draw)}`;
}

function check(draw: Draw, table: WorldRelation): Sql {
  const first = condition(draw, draw.column(table));
  const both = draw.maybe(0.25, () => ` or ${condition(draw, draw.column(table))}`);
  return sql`check (${first}${both})${draw.maybe(0.06, () => " no inherit")}`;
}

/** A constraint of a table with these columns. */
export function tableConstraint(draw: Draw, table: WorldRelation): Sql {
  const body = draw.either(
    [3, () => check(draw, table)],
    [3, () => foreignKey(draw, table)],
    [3, () => unique(draw, table)],
    [1.5, () => primaryKey(draw, table)],
  );
  return sql`${named(draw, 0.4)}${body}`;
}

/** Of ALTER TABLE: NOT VALID, or an index that is there already. */
export function addedConstraint(draw: Draw, table: WorldRelation): Sql {
  if (draw.chance(0.12)) {
    const index = table.indexes.length > 0 ? draw.one(table.indexes).name : draw.name("i");
    const kind = draw.one(["unique", "primary key"]);
    return sql`${named(draw, 0.6)}${kind} using index ${index}${deferrable(draw)}`;
  }
  return sql`${tableConstraint(draw, table)}${draw.maybe(0.15, () => " not valid")}`;
}

function identity(draw: Draw): Sql {
  const when = draw.one(["always", "by default"]);
  const options = draw.maybe(0.3, () =>
    draw.one([" (start with 5)", " (increment by 2 cache 3)", " (minvalue 1 maxvalue 3 cycle)"]),
  );
  return sql` generated ${when} as identity${options}`;
}

function columnKey(draw: Draw): Sql {
  return draw.either<Sql>(
    [2, () => " unique"],
    [1, () => " unique nulls not distinct"],
    [2, () => " primary key"],
  );
}

/** One of the clauses that may follow a column's type. */
export function columnClause(draw: Draw, column: WorldColumn, others: readonly WorldColumn[]): Sql {
  const name = (): Sql => named(draw, 0.25);
  return draw.either<Sql>(
    [3, () => sql` ${name()}not null`],
    [0.5, () => " null"],
    [3, () => sql` default ${defaultOf(draw, column)}`],
    [2, () => sql` ${name()}check (${condition(draw, column)})`],
    [1.5, () => sql`${columnKey(draw)}${keyOptions(draw)}`],
    [1.5, () => sql` ${name()}${references(draw, 1)}${actions(draw, [column])}${deferrable(draw)}`],
    [1, () => identity(draw)],
    [1, () => generated(draw, column, others)],
    [0.3, () => ` collate ${draw.one(['"C"', '"POSIX"', '"en_US"', "nosuch"])}`],
    [0.15, () => ` storage ${draw.one(["plain", "external", "main", "extended"])}`],
  );
}

function generated(draw: Draw, column: WorldColumn, others: readonly WorldColumn[]): Sql {
  const same = others.filter(({ base }) => base === column.base);
  const from = same.length > 0 && draw.chance(0.9) ? draw.one(same) : column;
  return sql` generated always as (${expression(draw, from)}) stored`;
}
