/** Functions and procedures in SQL: made, replaced, altered, called, dropped. */
import type { Sql } from "../random-sql.ts";
import { listed, sql } from "../random-sql.ts";
import type { Draw } from "./draw.ts";
import { columnType } from "./values.ts";

const PARAMETERS = ["a int", "b text", "x int default 1", "out r int", "variadic v int[]"];

function parameters(draw: Draw): Sql {
  const items = draw.chance(0.3)
    ? []
    : draw.chance(0.8)
      ? draw.some(PARAMETERS, 2)
      : [`p ${columnType(draw)}`];
  return listed(items, ", ");
}

function body(draw: Draw): string {
  const relation = draw.relation("rrv");
  return draw.one([
    "select 1",
    "select $1",
    "select a",
    "select 'x'::text",
    `select ${draw.column(relation).name} from ${draw.ref(relation)}`,
    `select count(*)::int from ${draw.ref(relation)}`,
    `select nextval('${draw.ref(draw.relation("S"))}')`,
    `delete from ${draw.ref(relation)}`,
  ]);
}

function written(draw: Draw): string {
  const text = body(draw);
  const kind = draw.below(4);
  if (kind === 0 && text.startsWith("select ")) return `return ${text.slice(7)}`;
  if (kind === 1) return `begin atomic ${text}; end`;
  return `as $$${text}$$`;
}

function options(draw: Draw): Sql {
  const volatile = draw.maybe(0.4, () => draw.one([" immutable", " stable", " volatile"]));
  const strict = draw.maybe(0.15, () => " strict");
  const secure = draw.maybe(0.1, () => " security definer");
  const cost = draw.maybe(0.1, () =>
    draw.one([" cost 5", " rows 5", " parallel safe", " set timezone = 'UTC'", " leakproof"]),
  );
  return sql`${volatile}${strict}${secure}${cost}`;
}

function result(draw: Draw): string {
  const relation = draw.relation("rrv");
  return draw.one([
    "int",
    "int",
    "text",
    "void",
    "setof int",
    "table (a int)",
    draw.ref(relation),
    `setof ${draw.ref(relation)}`,
    columnType(draw),
  ]);
}

function create(draw: Draw): Sql {
  const replace = draw.maybe(0.4, () => "or replace ");
  if (draw.chance(0.15)) {
    return sql`create ${replace}procedure ${draw.fresh("p", 2)}(${parameters(draw)}) language sql ${written(draw)}`;
  }
  const head = sql`create ${replace}function ${draw.fresh("f", 3)}(${parameters(draw)})`;
  return sql`${head} returns ${result(draw)} language sql${options(draw)} ${written(draw)}`;
}

const CHANGES = [
  "immutable",
  "stable strict",
  "called on null input",
  "cost 7",
  "rows 3",
  "security definer",
  "set search_path = s1",
  "reset all",
  "parallel restricted",
];

export function routineStatement(draw: Draw): Sql {
  const routine = draw.routine("fp") ?? {
    ref: "f9",
    schema: "s1",
    name: "f9",
    arguments: [],
    result: null,
    kind: "f",
  };
  const word = draw.chance(0.1) ? "routine" : routine.kind === "p" ? "procedure" : "function";
  const named = sql`${word} ${draw.signature(routine)}`;
  const values = routine.arguments.map((type) => `null::${type}`).join(", ");
  return draw.either<Sql>(
    [6, () => create(draw)],
    [1, () => sql`alter ${named} ${draw.one(CHANGES)}`],
    [0.7, () => sql`alter ${named} rename to ${draw.name("f", 3)}`],
    [0.7, () => sql`alter ${named} set schema ${draw.schema()}`],
    [0.7, () => sql`alter ${named} owner to ${draw.role()}`],
    [2, () => sql`drop ${word}${draw.ifExists()} ${draw.signature(routine)}${draw.behavior()}`],
    [1, () => `${routine.kind === "p" ? "call" : "select"} ${draw.ref(routine)}(${values})`],
  );
}
