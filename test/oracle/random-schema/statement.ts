/** One random statement for the world as it is, of any kind. */
import { Choices } from "../random-choices.ts";
import type { Sql } from "../random-sql.ts";
import { sql } from "../random-sql.ts";
import { alterTable } from "./alter-table.ts";
import { Draw } from "./draw.ts";
import { privilegeStatement } from "./privileges.ts";
import {
  alterIndex,
  alterMaterialized,
  alterSequence,
  alterView,
  createIndex,
  createMaterialized,
  createSequence,
  createView,
  statistics,
} from "./relations.ts";
import { routineStatement } from "./routines.ts";
import { rowStatement } from "./rows.ts";
import { createTable, createTableAs, dropRelation, truncate } from "./tables.ts";
import { typeStatement } from "./types.ts";
import type { World } from "./world.ts";

const COMMENTED: Readonly<Record<string, string>> = {
  r: "table",
  v: "view",
  m: "materialized view",
  S: "sequence",
  i: "index",
  c: "type",
};

function commented(draw: Draw): Sql {
  const relation = draw.relation("rrrvmSi");
  const [constraint] = relation.constraints;
  const routine = draw.routine("f");
  const type = draw.type("ed");
  return draw.either<Sql>(
    [3, () => `${COMMENTED[relation.kind] ?? "table"} ${draw.ref(relation)}`],
    [3, () => `column ${draw.ref(relation)}.${draw.column(relation).name}`],
    [1, () => `constraint ${constraint?.name ?? "c1"} on ${draw.ref(relation)}`],
    [1, () => `schema ${draw.schema()}`],
    [1, () => (routine === undefined ? "function f9()" : sql`function ${draw.signature(routine)}`)],
    [
      1,
      () =>
        `${type?.kind === "d" ? "domain" : "type"} ${type === undefined ? "e9" : draw.ref(type)}`,
    ],
  );
}

function comment(draw: Draw): Sql {
  return sql`comment on ${commented(draw)} is ${draw.one(["'said'", "'it''s'", "null", "''"])}`;
}

function schemaStatement(draw: Draw): Sql {
  const name = draw.chance(0.7) ? draw.one(["s2", "s3"]) : draw.schema();
  return draw.either<Sql>(
    [
      3,
      () =>
        sql`create schema ${draw.maybe(0.3, () => "if not exists ")}${draw.one(["s1", "s2", "s3", "s4"])}${draw.maybe(0.3, () => ` authorization ${draw.role()}`)}`,
    ],
    [
      0.7,
      () =>
        `create schema ${draw.one(["s3", "s4"])} create table t1 (a int primary key) create view v1 as select a from t1`,
    ],
    [1, () => `alter schema ${name} rename to ${draw.one(["s2", "s3", "s4", "pg_x"])}`],
    [1, () => `alter schema ${name} owner to ${draw.role()}`],
    [1.5, () => sql`drop schema${draw.ifExists()} ${name}${draw.behavior()}`],
    [
      2,
      () => `set search_path = ${draw.one(["s1", "s2, s1", "s1, s2", "s2", "s3, s1", "nosuch"])}`,
    ],
  );
}

function schemaChange(draw: Draw): Sql {
  return draw.either(
    [6, () => createTable(draw)],
    [1.5, () => createTableAs(draw)],
    [13, () => alterTable(draw)],
    [3, () => dropRelation(draw)],
    [1, () => truncate(draw)],
    [5, () => createIndex(draw)],
    [1.2, () => alterIndex(draw)],
    [4, () => createView(draw)],
    [1.7, () => alterView(draw)],
    [1.3, () => createMaterialized(draw)],
    [1.3, () => alterMaterialized(draw)],
    [1.7, () => createSequence(draw)],
    [1.7, () => alterSequence(draw)],
    [1, () => statistics(draw)],
    [6, () => typeStatement(draw)],
    [4, () => routineStatement(draw)],
    [5, () => privilegeStatement(draw)],
    [2.5, () => comment(draw)],
    [1.5, () => schemaStatement(draw)],
  );
}

function transactionStatement(draw: Draw, inBlock: boolean): Sql {
  if (!inBlock) return "begin";
  return draw.either<Sql>(
    [4, () => "commit"],
    [2, () => "rollback"],
    [3, () => draw.one(["savepoint p", "savepoint p2"])],
    [3, () => draw.one(["rollback to p", "rollback to p", "rollback to p2"])],
    [1, () => draw.one(["release p", "release p2"])],
    [
      0.6,
      () =>
        draw.one([
          "set constraints all deferred",
          "set constraints all immediate",
          "set constraints c1 deferred",
        ]),
    ],
  );
}

export type TransactionState = "I" | "T" | "E";

/** In a failed transaction mostly the way out of it. */
export function randomStatement(choices: Choices, world: World, state: TransactionState): Sql {
  const draw = new Draw(choices, world);
  if (state === "E" && draw.chance(0.85)) {
    return draw.one(["rollback", "rollback to p", "rollback to p2", "commit"]);
  }
  if (world.user !== "postgres" && draw.chance(0.2)) return "reset role";
  return draw.either(
    [state === "I" ? 6 : 16, () => transactionStatement(draw, state !== "I")],
    [15, () => rowStatement(draw)],
    [62, () => schemaChange(draw)],
  );
}

/** Something to work on from the beginning. */
export function firstStatements(choices: Choices, world: World): readonly Sql[] {
  const draw = new Draw(choices, world);
  const first: Sql[] = [];
  if (draw.chance(0.5)) first.push("create type e1 as enum ('low', 'mid', 'high')");
  if (draw.chance(0.4)) first.push("create domain d1 as int check (value < 100)");
  if (draw.chance(0.4)) first.push("create type k1 as (a int, b text)");
  first.push(
    draw.one([
      "create table t1 (a int primary key, b text, c numeric default 1)",
      "create table t1 (a serial, b varchar(5) unique, c date not null default '2020-01-01')",
      "create table t1 (a int generated always as identity, b int, c text, d int generated always as (b + 1) stored)",
      'create table t1 (a bigint, b bigint, c text collate "C", primary key (a, b))',
    ]),
  );
  if (draw.chance(0.6))
    first.push("create table t2 (a int, b int references t1, c text, check (b > 0))");
  return first;
}
