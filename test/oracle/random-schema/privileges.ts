/** Roles, privileges, default privileges, owners, and who runs the statements. */
import type { Sql } from "../random-sql.ts";
import { sql } from "../random-sql.ts";
import type { Draw } from "./draw.ts";

const TABLE_RIGHTS = ["select", "insert", "update", "delete", "truncate", "references", "trigger"];

interface Target {
  readonly rights: readonly string[];
  readonly on: Sql;
}

function target(draw: Draw): Target {
  const table = draw.relation("rrrvmS");
  const column = draw.column(table).name;
  const routine = draw.routine("f");
  const type = draw.type("ed");
  return draw.either<Target>(
    [5, () => ({ rights: TABLE_RIGHTS, on: draw.ref(table) })],
    [
      2,
      () => ({
        rights: [`select (${column})`, `update (${column})`, `insert (${column}), references`],
        on: draw.ref(table),
      }),
    ],
    [2, () => ({ rights: ["usage", "create", "usage, create"], on: `schema ${draw.schema()}` })],
    [
      1.5,
      () => ({
        rights: ["usage", "select", "update"],
        on: `sequence ${draw.ref(draw.relation("S"))}`,
      }),
    ],
    [
      1,
      () => ({
        rights: ["execute"],
        on: sql`function ${routine === undefined ? "f9()" : draw.signature(routine)}`,
      }),
    ],
    [1, () => ({ rights: ["usage"], on: `type ${type === undefined ? "e9" : draw.ref(type)}` })],
    [
      1,
      () => ({
        rights: ["select", "all", "insert, update"],
        on: `all tables in schema ${draw.schema()}`,
      }),
    ],
    [0.5, () => ({ rights: ["usage", "all"], on: `all sequences in schema ${draw.schema()}` })],
    [0.5, () => ({ rights: ["execute", "all"], on: `all functions in schema ${draw.schema()}` })],
  );
}

function rights(draw: Draw, { rights: list }: Target): string {
  if (draw.chance(0.2)) return draw.one(["all", "all privileges"]);
  if (draw.chance(0.03)) return draw.one(["usage", "execute", "nosuch", "create"]);
  return draw.some(list, 2).join(", ");
}

function grant(draw: Draw): Sql {
  const to = target(draw);
  const option = draw.maybe(0.2, () => " with grant option");
  const by = draw.maybe(0.05, () => ` granted by ${draw.role()}`);
  return sql`grant ${rights(draw, to)} on ${to.on} to ${draw.grantee()}${option}${by}`;
}

function revoke(draw: Draw): Sql {
  const from = target(draw);
  const option = draw.maybe(0.15, () => "grant option for ");
  return sql`revoke ${option}${rights(draw, from)} on ${from.on} from ${draw.grantee()}${draw.behavior()}`;
}

function membership(draw: Draw): Sql {
  const [one, other] = [draw.role(), draw.role()];
  return draw.either<Sql>(
    [
      2,
      () =>
        sql`grant ${one} to ${other}${draw.maybe(0.4, () => draw.one([" with admin option", " with inherit false", " with set true", " with admin true, inherit false"]))}`,
    ],
    [
      1,
      () =>
        sql`revoke ${draw.maybe(0.2, () => "admin option for ")}${one} from ${other}${draw.behavior()}`,
    ],
  );
}

const ROLE_OPTIONS = [
  "login",
  "nologin",
  "createdb",
  "createrole",
  "noinherit",
  "superuser",
  "connection limit 5",
  "valid until '2030-01-01'",
  "bypassrls",
];

function role(draw: Draw): Sql {
  const name = draw.one(["r1", "r2", "r3", "r4", "r5", "public"]);
  const options = draw.some(ROLE_OPTIONS, 2).join(" ");
  return draw.either<Sql>(
    [
      2,
      () =>
        sql`create ${draw.one(["role", "user"])} ${name}${draw.maybe(0.5, () => ` ${options}`)}`,
    ],
    [1, () => `alter role ${name} ${options}`],
    [1, () => sql`drop role${draw.ifExists()} ${name}`],
    [0.6, () => `alter role ${name} rename to ${draw.one(["r4", "r5", "r6"])}`],
    [0.6, () => `comment on role ${name} is 'one of them'`],
    [0.5, () => `reassign owned by ${draw.role()} to ${draw.role()}`],
    [0.5, () => sql`drop owned by ${draw.role()}${draw.behavior()}`],
  );
}

function defaults(draw: Draw): Sql {
  // Those of the superuser for all schemas would outlive the sequence.
  const by = ` for role ${draw.one(["r1", "r2", "r3"])}`;
  const inside = draw.chance(0.6) ? ` in schema ${draw.one([...draw.world.schemas, "s1"])}` : "";
  const whose = inside === "" || draw.chance(0.4) ? by : "";
  const what = draw.one(["tables", "sequences", "functions", "types", "schemas"]);
  const some = what === "tables" ? draw.one(["select", "insert, update", "all"]) : "all";
  const change = draw.chance(0.6)
    ? sql`grant ${some} on ${what} to ${draw.grantee()}${draw.maybe(0.1, () => " with grant option")}`
    : `revoke ${some} on ${what} from ${draw.grantee()}`;
  return sql`alter default privileges${whose}${inside} ${change}`;
}

export function privilegeStatement(draw: Draw): Sql {
  return draw.either(
    [6, () => grant(draw)],
    [4, () => revoke(draw)],
    [1.5, () => membership(draw)],
    [2, () => role(draw)],
    [1.5, () => defaults(draw)],
    [1.5, () => `set role ${draw.role()}`],
  );
}
