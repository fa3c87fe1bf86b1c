/** The objects that GRANT and REVOKE name (objectNamesToOids, objectsInSchemaToOids). */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { typeOid, typeRow } from "@firstlight/sql";
import { CLASS } from "../../catalog/dependencies/object-address.ts";
import type { Relation } from "../../catalog/catalog.ts";
import type { LargeObject } from "../../large-objects/object-owners.ts";
import { asTag, list, stringValue } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import {
  databaseTarget,
  functionTarget,
  relationTarget,
  relationWord,
  routineWord,
  schemaTarget,
  typeTarget,
} from "../../privileges/access-check.ts";
import type { AccessTarget } from "../../privileges/object-access.ts";
import { requireDatabase } from "../database/find-database.ts";
import type { DdlContext } from "../ddl-context.ts";
import {
  findRelation,
  imageOf,
  nameOfRangeVar,
  relationNamed,
  schemaNamed,
} from "../ddl-context.ts";
import { findComposite } from "../type/find-composite.ts";
import { findIndex } from "../drop-targets.ts";
import { findRoutine, type RoutineKind } from "../function/find-function.ts";
import { findLargeObject } from "../large-object.ts";
import { lookUpDomain, lookUpType } from "../type/look-up-type.ts";

/** An object with its name and kind in the words of messages. */
export interface Grantable extends AccessTarget {
  readonly name: string;
  readonly word: string;
  readonly relation?: Relation;
  readonly large?: LargeObject;
}

const LANGUAGES: Readonly<Record<string, number>> = { internal: 12, c: 13, sql: 14 };
const TABLESPACES: Readonly<Record<string, number>> = { pg_default: 1663, pg_global: 1664 };

export function grantableRelation(relation: Relation): Grantable {
  const { name } = relation;
  return { ...relationTarget(relation), name, word: relationWord(relation), relation };
}

function wrongKind(name: string, what: string): SqlError {
  return new SqlError("42809", `"${name}" is ${what}`);
}

function relation(context: DdlContext, object: ParseNode, kind: string): Grantable {
  const name = nameOfRangeVar(asTag(object, "RangeVar") ?? {});
  const found = findRelation(context, name);
  if (found === undefined && findIndex(context, name) !== undefined) {
    throw wrongKind(name.name, "an index");
  }
  if (found === undefined && findComposite(context, name) !== undefined) {
    throw wrongKind(name.name, "a composite type");
  }
  const existing = found ?? relationNamed(context, name);
  if (kind === "OBJECT_SEQUENCE" && existing.kind !== "sequence") {
    throw wrongKind(existing.name, "not a sequence");
  }
  return grantableRelation(existing);
}

const ROUTINES: Readonly<Record<string, RoutineKind>> = {
  OBJECT_FUNCTION: "function",
  OBJECT_PROCEDURE: "procedure",
  OBJECT_ROUTINE: "routine",
};

function routine(context: DdlContext, object: ParseNode, kind: string): Grantable {
  const fields = asTag(object, "ObjectWithArgs") ?? {};
  const found = findRoutine(context, fields, ROUTINES[kind] ?? "routine");
  const own = imageOf(context).objects.get(found.oid);
  const word = own?.kind === "function" ? routineWord(own) : "function";
  return { ...functionTarget(imageOf(context), found.oid), name: found.name, word };
}

function type(context: DdlContext, object: ParseNode, kind: string): Grantable {
  const wrapped = { TypeName: { names: list(asTag(object, "List") ?? {}, "items"), typemod: -1 } };
  const lookUp = kind === "OBJECT_DOMAIN" ? lookUpDomain : lookUpType;
  const oid = lookUp(context, wrapped as unknown as ParseNode).objectId;
  const own = imageOf(context).objects.get(oid);
  const row = own === undefined ? typeRow(oid) : undefined;
  if (row?.category === "A") {
    throw new SqlError("0LP01", "cannot set privileges of array types", {
      hint: "Set the privileges of the element type instead.",
    });
  }
  const name = own?.kind === "type" ? own.name : (row?.name ?? String(typeOid(oid)));
  return { ...typeTarget(imageOf(context), oid), name, word: "type" };
}

function named(object: ParseNode): string {
  return stringValue(object) ?? "";
}

function missing(sqlstate: string, what: string, name: string): SqlError {
  return new SqlError(sqlstate, `${what} "${name}" does not exist`);
}

function database(context: DdlContext, object: ParseNode): Grantable {
  const name = named(object);
  return { ...databaseTarget(requireDatabase(context, name)), name, word: "database" };
}

function language(_context: DdlContext, object: ParseNode): Grantable {
  const name = named(object);
  const objectId = LANGUAGES[name];
  if (objectId === undefined) throw missing("42704", "language", name);
  if (name !== "sql") {
    throw new SqlError("42809", `language "${name}" is not trusted`, {
      detail:
        "GRANT and REVOKE are not allowed on untrusted languages, because only superusers can use untrusted languages.",
    });
  }
  return { classId: CLASS.language, objectId, kind: "language", owner: 10, name, word: "language" };
}

function tablespace(_context: DdlContext, object: ParseNode): Grantable {
  const name = named(object);
  const objectId = TABLESPACES[name];
  if (objectId === undefined) throw missing("42704", "tablespace", name);
  return { classId: 1213, objectId, kind: "tablespace", owner: 10, name, word: "tablespace" };
}

function schema(context: DdlContext, object: ParseNode): Grantable {
  const found = schemaNamed(context, named(object));
  return { ...schemaTarget(found), name: found.name, word: "schema" };
}

type LookUp = (context: DdlContext, object: ParseNode, kind: string) => Grantable;

/** Kinds of objects that cannot exist here. */
function absent(what: string): LookUp {
  return (_context, object) => {
    throw missing("42704", what, named(object));
  };
}

const LOOK_UPS: Readonly<Record<string, LookUp>> = {
  OBJECT_TABLE: relation,
  OBJECT_SEQUENCE: relation,
  OBJECT_FUNCTION: routine,
  OBJECT_PROCEDURE: routine,
  OBJECT_ROUTINE: routine,
  OBJECT_TYPE: type,
  OBJECT_DOMAIN: type,
  OBJECT_SCHEMA: schema,
  OBJECT_DATABASE: database,
  OBJECT_LANGUAGE: language,
  OBJECT_TABLESPACE: tablespace,
  OBJECT_FDW: absent("foreign-data wrapper"),
  OBJECT_FOREIGN_SERVER: absent("server"),
};

export async function largeObjects(
  context: DdlContext,
  statement: ParseNode,
): Promise<readonly Grantable[]> {
  const found: Grantable[] = [];
  for (const object of list(statement, "objects")) {
    const large = await findLargeObject(context, object);
    const { oid: objectId, owner, items } = large;
    const name = `large object ${objectId}`;
    const target = { classId: CLASS.largeObject, objectId, kind: "largeObject", owner } as const;
    found.push({ ...target, items, name, word: "large object", large });
  }
  return found;
}

export function namedObjects(context: DdlContext, statement: ParseNode, kind: string): Grantable[] {
  const lookUp = LOOK_UPS[kind];
  if (lookUp === undefined) {
    throw featureNotSupported(`GRANT ON ${kind.replace("OBJECT_", "").replaceAll("_", " ")}`);
  }
  return list(statement, "objects").map((object) => lookUp(context, object, kind));
}

function relationsIn(context: DdlContext, oid: number, kind: string): Grantable[] {
  const wantsSequences = kind === "OBJECT_SEQUENCE";
  const found: Grantable[] = [];
  for (const object of imageOf(context).objects.values()) {
    const isRelation = object.kind === "table" || object.kind === "view";
    if (!(wantsSequences ? object.kind === "sequence" : isRelation)) continue;
    if (!("schema" in object) || object.schema !== oid) continue;
    const one = imageOf(context).relationByOid(object.oid);
    if (one !== undefined) found.push(grantableRelation(one));
  }
  return found;
}

function routinesIn(context: DdlContext, oid: number, kind: string): Grantable[] {
  const found: Grantable[] = [];
  for (const object of imageOf(context).objects.values()) {
    if (object.kind !== "function" || object.schema !== oid) continue;
    if (kind === "OBJECT_PROCEDURE" && object.routine !== "p") continue;
    if (kind === "OBJECT_FUNCTION" && object.routine === "p") continue;
    const target = functionTarget(imageOf(context), object.oid);
    found.push({ ...target, name: object.name, word: routineWord(object) });
  }
  return found;
}

/** ALL ... IN SCHEMA: tables before views, views before materialized ones. */
export function objectsInSchemas(
  context: DdlContext,
  statement: ParseNode,
  kind: string,
): Grantable[] {
  const oids = list(statement, "objects").map((each) => schemaNamed(context, named(each)).oid);
  const isRelation = kind === "OBJECT_TABLE" || kind === "OBJECT_SEQUENCE";
  return oids.flatMap((oid) =>
    isRelation ? relationsIn(context, oid, kind) : routinesIn(context, oid, kind),
  );
}
