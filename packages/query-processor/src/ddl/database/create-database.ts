/** CREATE DATABASE: a name for objects of its own, with a copy of what its template has. */
import { SqlError } from "@firstlight/common";
import { databaseNamed } from "../../catalog/databases.ts";
import type { DatabaseDescriptor } from "../../catalog/descriptors.ts";
import { string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { owns } from "../../privileges/access-check.ts";
import { canSetRole } from "../../privileges/memberships.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, imageOf, newOid, ownerOf } from "../ddl-context.ts";
import { copyDatabase } from "./copy-database.ts";
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
  const template = templateNamed(context, options.template ?? "template1");
  if (databaseNamed(imageOf(context), name) !== undefined) {
    throw new SqlError("42P04", `database "${name}" already exists`);
  }
  const put = described({ kind: "database", oid: await newOid(context), name, owner }, options);
  applyChanges(context, [{ put }]);
  await copyDatabase(context, template, put);
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

function templateNamed(context: DdlContext, name: string): DatabaseDescriptor {
  const image = imageOf(context);
  const template = databaseNamed(image, name);
  if (template === undefined) {
    throw new SqlError("3D000", `template database "${name}" does not exist`);
  }
  if (template.isTemplate !== true && !owns(image, template.owner, ownerOf(context))) {
    throw new SqlError("42501", `permission denied to copy database "${name}"`);
  }
  return template;
}
