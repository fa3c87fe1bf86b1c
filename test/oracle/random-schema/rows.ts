/** Rows of few values for the tables, so that constraints and changes of types meet some. */
import type { Sql } from "../random-sql.ts";
import { listed, orShorter, sql } from "../random-sql.ts";
import type { Draw } from "./draw.ts";
import { condition, expression, valueOf } from "./values.ts";
import type { WorldRelation } from "./world.ts";

function row(draw: Draw, columns: WorldRelation["columns"]): Sql {
  const values = columns.map((column) => (draw.chance(0.05) ? "default" : valueOf(draw, column)));
  return `(${values.join(", ")})`;
}

function conflict(draw: Draw, relation: WorldRelation): Sql {
  const keys = relation.constraints.filter(({ kind }) => "pu".includes(kind));
  if (keys.length === 0 || draw.chance(0.3)) return " on conflict do nothing";
  const key = draw.one(keys);
  const target = draw.chance(0.3) ? `on constraint ${key.name}` : `(${key.columns.join(", ")})`;
  const column = draw.column(relation).name;
  return draw.chance(0.5)
    ? ` on conflict ${target} do nothing`
    : ` on conflict ${target} do update set ${column} = excluded.${column}`;
}

function insert(draw: Draw): Sql {
  const relation = draw.relation("rrrrrrv");
  const columns = relation.columns.filter(
    ({ generated, identity, hasDefault }) =>
      draw.chance(0.04) ||
      (generated === "" &&
        (identity === "" || draw.chance(0.2)) &&
        (!hasDefault || draw.chance(0.5))),
  );
  if (columns.length === 0) return `insert into ${draw.ref(relation)} default values`;
  // Of several rows that are refused it is not said how many numbers a sequence has given out.
  const given = relation.columns.some(({ identity, hasDefault }) => identity !== "" || hasDefault);
  const rows = Array.from({ length: given || draw.chance(0.7) ? 1 : 2 }, () => row(draw, columns));
  const names = columns.map(({ name }) => name).join(", ");
  const returning = draw.maybe(0.1, () => " returning *");
  return sql`insert into ${draw.ref(relation)} (${names}) values ${listed(rows, ", ")}${draw.maybe(0.1, () => conflict(draw, relation))}${returning}`;
}

function update(draw: Draw): Sql {
  const relation = draw.relation("rrrrv");
  const column = draw.column(relation);
  const value = draw.chance(0.6) ? valueOf(draw, column) : expression(draw, column);
  const where = draw.maybe(0.6, () => ` where ${condition(draw, draw.column(relation))}`);
  return sql`update ${draw.ref(relation)} set ${column.name} = ${orShorter(value, "null")}${where}`;
}

export function rowStatement(draw: Draw): Sql {
  const relation = draw.relation("rrrvm");
  return draw.either<Sql>(
    [8, () => insert(draw)],
    [2.5, () => update(draw)],
    [
      1,
      () =>
        sql`delete from ${draw.ref(draw.relation("rrrrv"))}${draw.maybe(0.7, () => ` where ${condition(draw, draw.column(relation))}`)}`,
    ],
    [1.5, () => `select * from ${draw.ref(relation)}`],
  );
}
