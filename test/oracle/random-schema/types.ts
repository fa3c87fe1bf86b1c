/** Enums, domains and composite types: made, altered, dropped. */
import type { Sql } from "../random-sql.ts";
import { listed, orShorter, sql } from "../random-sql.ts";
import type { Draw } from "./draw.ts";
import { baseOf, builtInType, columnType, condition, defaultOf } from "./values.ts";
import type { WorldColumn, WorldType } from "./world.ts";

const LABELS = ["low", "mid", "high", "top"];
const PHANTOM: WorldType = {
  ref: "e9",
  schema: "s1",
  name: "e9",
  kind: "e",
  labels: null,
  attributes: null,
  constraints: null,
};

function some(draw: Draw, kinds: string): WorldType {
  return draw.type(kinds) ?? PHANTOM;
}

/** VALUE of a domain, as a column. */
function value(draw: Draw, type: string): WorldColumn {
  const rest = { generated: "", identity: "", hasDefault: false };
  return { name: "value", type, ...baseOf(draw, type), ...rest };
}

function createEnum(draw: Draw): Sql {
  const labels = draw.some(LABELS, 4).map((label) => `'${label}'`);
  if (draw.chance(0.04)) labels.push("'low'");
  return sql`create type ${draw.fresh("e", 2)} as enum (${draw.chance(0.05) ? "" : labels.join(", ")})`;
}

function alterEnum(draw: Draw): Sql {
  const type = some(draw, "e");
  const label = (): string => draw.one([...(type.labels ?? []), ...LABELS]);
  const place = draw.maybe(0.4, () => ` ${draw.one(["before", "after"])} '${label()}'`);
  return draw.either<Sql>(
    [
      3,
      () =>
        sql`alter type ${draw.ref(type)} add value ${draw.maybe(0.2, () => "if not exists ")}'${draw.one(["new", "mid", "last", ""])}'${place}`,
    ],
    [
      1,
      () =>
        `alter type ${draw.ref(type)} rename value '${label()}' to '${draw.one(["low", "other"])}'`,
    ],
  );
}

function domainConstraint(draw: Draw, type: string): Sql {
  const name = draw.maybe(0.4, () => `constraint ${draw.name("c")} `);
  return sql`${name}check (${condition(draw, value(draw, type))})`;
}

function createDomain(draw: Draw): Sql {
  const type = draw.chance(0.8) ? builtInType(draw) : columnType(draw);
  const fallback = draw.maybe(0.2, () => sql` default ${defaultOf(draw, baseOf(draw, type))}`);
  const notNull = draw.maybe(0.15, () =>
    draw.one([" not null", " null", " constraint c7 not null"]),
  );
  const check = draw.maybe(0.5, () => sql` ${domainConstraint(draw, type)}`);
  const collate = draw.maybe(0.04, () => ' collate "C"');
  return sql`create domain ${draw.fresh("d", 3)} as ${orShorter(type, "int")}${collate}${fallback}${notNull}${check}`;
}

function alterDomain(draw: Draw): Sql {
  const type = some(draw, "d");
  const known = type.constraints ?? [];
  const constraint = known.length > 0 ? draw.one(known) : "c1";
  const head = `alter domain ${draw.ref(type)} `;
  return draw.either<Sql>(
    [1, () => sql`${head}set default ${draw.one(["1", "'a'", "null", "now()"])}`],
    [0.7, () => `${head}drop default`],
    [1.5, () => `${head}set not null`],
    [1, () => `${head}drop not null`],
    [
      2,
      () =>
        sql`${head}add ${domainConstraint(draw, draw.one(["int", "text"]))}${draw.maybe(0.25, () => " not valid")}`,
    ],
    [1.5, () => sql`${head}drop constraint${draw.ifExists()} ${constraint}${draw.behavior()}`],
    [1, () => `${head}validate constraint ${constraint}`],
    [0.7, () => `${head}rename constraint ${constraint} to ${draw.name("c")}`],
  );
}

function createComposite(draw: Draw): Sql {
  const names = ["a", "b", "c"].slice(0, 1 + draw.below(3));
  const items = names.map((name) => sql`${name} ${orShorter(columnType(draw), "int")}`);
  return sql`create type ${draw.fresh("k", 2)} as (${listed(items, ", ")})`;
}

function alterComposite(draw: Draw): Sql {
  const type = some(draw, "c");
  const known = type.attributes ?? [];
  const attribute = known.length > 0 ? draw.one(known) : "a";
  const head = `alter type ${draw.ref(type)} `;
  return draw.either<Sql>(
    [
      2,
      () =>
        sql`${head}add attribute ${draw.one(["a", "d", "e"])} ${columnType(draw)}${draw.behavior()}`,
    ],
    [2, () => sql`${head}drop attribute${draw.ifExists()} ${attribute}${draw.behavior()}`],
    [2, () => sql`${head}alter attribute ${attribute} type ${columnType(draw)}${draw.behavior()}`],
    [
      1.5,
      () =>
        sql`${head}rename attribute ${attribute} to ${draw.one(["a", "x", "y"])}${draw.behavior()}`,
    ],
  );
}

function alterAny(draw: Draw): Sql {
  const type = some(draw, "edc");
  const what = type.kind === "d" && draw.chance(0.8) ? "domain" : "type";
  const head = `alter ${what} ${draw.ref(type)} `;
  return draw.either<Sql>(
    [2, () => `${head}rename to ${draw.name(draw.one(["e", "d", "k"]), 2)}`],
    [2, () => `${head}set schema ${draw.schema()}`],
    [1, () => `${head}owner to ${draw.role()}`],
  );
}

function dropType(draw: Draw): Sql {
  const kinds = draw.one(["d", "ecd"]);
  const type = some(draw, kinds);
  const what = type.kind === "d" && draw.chance(0.7) ? "domain" : "type";
  return sql`drop ${what}${draw.ifExists()} ${draw.ref(type)}${draw.behavior()}`;
}

export function typeStatement(draw: Draw): Sql {
  return draw.either(
    [3, () => createEnum(draw)],
    [2, () => alterEnum(draw)],
    [4, () => createDomain(draw)],
    [3.5, () => alterDomain(draw)],
    [2.5, () => createComposite(draw)],
    [2.5, () => alterComposite(draw)],
    [1.5, () => alterAny(draw)],
    [2, () => dropType(draw)],
  );
}
