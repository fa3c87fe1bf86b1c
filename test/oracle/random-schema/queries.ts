/** Queries that views, CREATE TABLE AS and functions are made of. */
import type { Sql } from "../random-sql.ts";
import { listed, orShorter, sql } from "../random-sql.ts";
import type { Draw } from "./draw.ts";
import { condition, expression } from "./values.ts";
import type { WorldColumn, WorldRelation } from "./world.ts";

function targets(draw: Draw, columns: readonly WorldColumn[], alias: string): Sql {
  if (draw.chance(0.25)) return `${alias}.*`;
  const items = columns.map((column): Sql => {
    const qualified = { ...column, name: `${alias}.${column.name}` };
    if (draw.chance(0.7)) return qualified.name;
    return `${expression(draw, qualified)} as ${column.name}`;
  });
  return listed(items, ", ");
}

function where(draw: Draw, { columns }: WorldRelation, alias: string, probability: number): Sql {
  if (columns.length === 0) return "";
  return draw.maybe(probability, () => {
    const column = draw.one(columns);
    return ` where ${condition(draw, { ...column, name: `${alias}.${column.name}` })}`;
  });
}

/** Over one relation, without anything that keeps a view from being updatable. */
export function simpleQuery(draw: Draw): Sql {
  const relation = draw.relation("rrrvm");
  const list = targets(draw, draw.columns(relation, 4), "x");
  return sql`select ${list} from ${draw.ref(relation)} x${where(draw, relation, "x", 0.5)}`;
}

function joined(draw: Draw): Sql {
  const left = draw.relation("rrv");
  const right = draw.relation("rrvm");
  const [one] = left.columns;
  const other = right.columns.find(({ base }) => base === one?.base) ?? right.columns[0];
  const on = `x.${one?.name ?? "a"} = y.${other?.name ?? "a"}`;
  const kind = draw.one(["join", "left join", "full join", "right join"]);
  const list = sql`${targets(draw, draw.columns(left, 2), "x")}${right.kind === "r" && kind === "join" ? orShorter(", y as whole", "") : ""}`;
  return sql`select ${list} from ${draw.ref(left)} x ${kind} ${draw.ref(right)} y on ${on}`;
}

function grouped(draw: Draw): Sql {
  const relation = draw.relation("rrvm");
  const column = draw.column(relation);
  const more = draw.maybe(0.5, () => `, max(${draw.column(relation).name}) as m`);
  const having = draw.maybe(0.3, () => " having count(*) > 0");
  return sql`select ${column.name}, count(*) as n${more} from ${draw.ref(relation)} group by ${column.name}${having}`;
}

function called(draw: Draw): Sql {
  const functions = draw.world.routines.filter((each) => each.kind === "f");
  if (functions.length === 0) return "select 1 as a, 'b'::text as b";
  const routine = draw.one(functions);
  const values = routine.arguments.map((type) => `null::${type}`).join(", ");
  return `select ${draw.ref(routine)}(${values}) as a`;
}

export function query(draw: Draw): Sql {
  return draw.either<Sql>(
    [6, () => simpleQuery(draw)],
    [2, () => joined(draw)],
    [1.5, () => grouped(draw)],
    [1, () => called(draw)],
    [
      0.7,
      () => sql`${simpleQuery(draw)} union ${draw.maybe(0.5, () => "all ")}${simpleQuery(draw)}`,
    ],
    [0.7, () => sql`${simpleQuery(draw)} order by 1 limit 2`],
    [
      0.5,
      () =>
        sql`select distinct ${draw.column(draw.relation("r")).name} from ${draw.ref(draw.relation("r"))}`,
    ],
    [0.6, () => sql`with w as (${simpleQuery(draw)}) select * from w`],
    [0.6, () => sql`select * from (${simpleQuery(draw)}) q`],
    [0.4, () => "values (1, 'one'), (2, 'two')"],
  );
}
