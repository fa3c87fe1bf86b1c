/** CREATE DATABASE: a name for objects of its own; there is nothing to copy, as templates are empty. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { databaseNamed, isShared } from "../../catalog/databases.ts";
import { FIRST_USER_OID } from "../../catalog/builtin-objects.ts";
import type { DatabaseDescriptor } from "../../catalog/descriptors.ts";
import { ObjectOwners } from "../../large-objects/object-owners.ts";
import { largeObjectStore } from "../../large-objects/table-store.ts";
import { string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { owns } from "../../privileges/access-check.ts";
import { canSetRole } from "../../privileges/memberships.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, imageOf, newOid, ownerOf } from "../ddl-context.ts";
import { databaseOptions } from "./database-options.ts";
import type { DatabaseOptions } from "./database-options.ts";
import { mayCreateDatabases } from "./find-database.ts";

export async function createDatabase(context: DdlContext, statement: ParseNode): Promise<void> {
  const name = string(statement, "dbname");
  const options = databaseOptions(context, statement, "create");
  const owner = ownerFor(context, options);
  if (!mayCreateDatabases(context)) {
    throw new SqlError("42501", "permission denied to create database");
  }
  await checkTemplate(context, options.template ?? "template1");
  if (databaseNamed(imageOf(context), name) !== undefined) {
    throw new SqlError("42P04", `database "${name}" already exists`);
  }
  const put = described({ kind: "database", oid: await newOid(context), name, owner }, options);
  applyChanges(context, [{ put }]);
}

/** The same database with what the options say of it. */
export function described(
  database: DatabaseDescriptor,
  { isTemplate, allowConnections, connectionLimit }: DatabaseOptions,
): DatabaseDescriptor {
  return {
    ...database,
    ...(isTemplate === undefined ? {} : { isTemplate }),
    ...(allowConnections === undefined ? {} : { isClosed: !allowConnections }),
    ...(connectionLimit === undefined ? {} : { connectionLimit }),
  };
}

function ownerFor(context: DdlContext, { owner }: DatabaseOptions): number {
  const own = ownerOf(context);
  if (owner === undefined) return own;
  const image = imageOf(context);
  const role = image.roleByName(owner);
  if (role === undefined) throw new SqlError("42704", `role "${owner}" does not exist`);
  if (canSetRole(image, own, role.oid)) return role.oid;
  throw new SqlError("42501", `must be able to SET ROLE "${owner}"`);
}

async function checkTemplate(context: DdlContext, name: string): Promise<void> {
  const image = imageOf(context);
  const template = databaseNamed(image, name);
  if (template === undefined) {
    throw new SqlError("3D000", `template database "${name}" does not exist`);
  }
  if (template.isTemplate !== true && !owns(image, template.owner, ownerOf(context))) {
    throw new SqlError("42501", `permission denied to copy database "${name}"`);
  }
  const copied = await context.transaction.imageOf(template.oid);
  for (const object of copied.objects.values()) {
    const isUsers = object.oid >= FIRST_USER_OID && !copied.system.objects.includes(object);
    if (isUsers && !isShared(object)) {
      throw featureNotSupported("copying a database that is not empty");
    }
  }
  const { kv } = context.transaction;
  for await (const _ of new ObjectOwners(largeObjectStore(template.oid).owners).all(kv)) {
    throw featureNotSupported("copying a database that is not empty");
  }
}
