/** Databases by name, and who may change one. */
import { SqlError } from "@firstlight/common";
import { databaseNamed } from "../../catalog/databases.ts";
import type { DatabaseDescriptor } from "../../catalog/descriptors.ts";
import { notOwner, owns } from "../../privileges/access-check.ts";
import type { DdlContext, NameContext } from "../ddl-context.ts";
import { imageOf, ownerOf } from "../ddl-context.ts";

export function requireDatabase(context: NameContext, name: string): DatabaseDescriptor {
  const found = databaseNamed(imageOf(context), name);
  if (found !== undefined) return found;
  throw new SqlError("3D000", `database "${name}" does not exist`);
}

export function requireOwnDatabase(context: DdlContext, name: string): DatabaseDescriptor {
  const found = requireDatabase(context, name);
  if (owns(imageOf(context), found.owner, ownerOf(context))) return found;
  throw notOwner("database", name);
}

export function mayCreateDatabases(context: DdlContext): boolean {
  const role = imageOf(context).roleByName(context.session.user);
  return role?.superuser === true || role?.createDb === true;
}

/** How many sessions beside this one are in the database; `terminate`: they are ended. */
export async function othersIn(
  context: DdlContext,
  { oid }: DatabaseDescriptor,
  terminate: boolean,
): Promise<number> {
  return (await context.session.sessionsIn?.(oid, terminate)) ?? 0;
}

export function beingAccessed(what: string, name: string, others: number): SqlError {
  const detail =
    others === 1
      ? "There is 1 other session using the database."
      : `There are ${others} other sessions using the database.`;
  return new SqlError("55006", `${what} "${name}" is being accessed by other users`, { detail });
}
