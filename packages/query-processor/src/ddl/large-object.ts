/**
 * GRANT, ALTER ... OWNER and COMMENT ON LARGE OBJECT, and what roles have of them. Large objects are
 * rows: none of this but comments is a change of the schema.
 */
import { SqlError } from "@firstlight/common";
import { CLASS, addressOf } from "../catalog/dependencies/object-address.ts";
import type { LargeObject } from "../large-objects/object-owners.ts";
import { ObjectOwners, ownsLargeObject } from "../large-objects/object-owners.ts";
import { ObjectPages } from "../large-objects/object-pages.ts";
import { largeObjectStore } from "../large-objects/table-store.ts";
import { asTag, child, int, optionalString, requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { AccessList } from "../privileges/access-list.ts";
import { withOwner } from "../privileges/access-list.ts";
import { dropLargeObjectComment } from "../engine/large-object-comment.ts";
import { setComment } from "./comment.ts";
import type { DdlContext } from "./ddl-context.ts";
import { imageOf, ownerOf } from "./ddl-context.ts";
import { roleOidOf } from "./role-specification.ts";

const OIDS_END = 0x100000000;

/** The OID that a statement names: large ones are no integers to the parser. */
export function largeObjectOid(object: ParseNode): number {
  const integer = asTag(object, "Integer");
  if (integer !== undefined) return int(integer, "ival");
  const text = string(asTag(object, "Float") ?? {}, "fval");
  const oid = Number(text);
  if (Number.isInteger(oid) && oid >= 0 && oid < OIDS_END) return oid;
  throw new SqlError("22003", `value "${text}" is out of range for type oid`);
}

function ownersIn(database: number): ObjectOwners {
  return new ObjectOwners(largeObjectStore(database).owners);
}

function owners(context: DdlContext): ObjectOwners {
  return ownersIn(imageOf(context).database);
}

export function findLargeObject(context: DdlContext, object: ParseNode): Promise<LargeObject> {
  return owners(context).require(context.transaction.kv, largeObjectOid(object));
}

function requireOwner(context: DdlContext, object: LargeObject): void {
  if (ownsLargeObject(imageOf(context), object, ownerOf(context))) return;
  throw new SqlError("42501", `must be owner of large object ${object.oid}`);
}

export function putLargeObject(context: DdlContext, object: LargeObject): void {
  owners(context).change(context.transaction.kv, object);
}

function giveTo(context: DdlContext, object: LargeObject, owner: number): void {
  if (owner === object.owner) return;
  const { items } = object;
  const moved = items === undefined ? undefined : withOwner(items, object.owner, owner);
  putLargeObject(context, { oid: object.oid, owner, items: moved });
}

async function alterOwner(context: DdlContext, statement: ParseNode): Promise<void> {
  const object = await findLargeObject(context, child(statement, "object") ?? {});
  requireOwner(context, object);
  giveTo(context, object, roleOidOf(context, requiredChild(statement, "newowner")));
}

async function comment(context: DdlContext, statement: ParseNode): Promise<void> {
  const object = await findLargeObject(context, requiredChild(statement, "object"));
  if (context.session.evaluation([]).session?.getSetting("lo_compat_privileges") !== "on") {
    requireOwner(context, object);
  }
  // Who removes the object meanwhile would leave the comment behind.
  owners(context).keep(context.transaction.kv, object.oid);
  const address = addressOf(CLASS.largeObject, object.oid);
  await setComment(context, address, optionalString(statement, "comment"));
}

interface Form {
  readonly command: string;
  run(context: DdlContext, statement: ParseNode): Promise<void>;
}

const FORMS: Readonly<Record<string, readonly [field: string, form: Form]>> = {
  AlterOwnerStmt: ["objectType", { command: "ALTER LARGE OBJECT", run: alterOwner }],
  CommentStmt: ["objtype", { command: "COMMENT", run: comment }],
};

/** The form of a statement that is about a large object. */
export function largeObjectForm(tag: string, node: ParseNode): Form | undefined {
  const [field, form] = FORMS[tag] ?? [];
  return field !== undefined && string(node, field) === "OBJECT_LARGEOBJECT" ? form : undefined;
}

function names(items: AccessList | undefined, role: number): boolean {
  return items?.some((each) => each.grantee === role || each.grantor === role) === true;
}

/** Those of a database that the role owns, or that say something of it. */
export async function largeObjectsOf(
  context: DdlContext,
  role: number,
  database: number = imageOf(context).database,
): Promise<readonly LargeObject[]> {
  const found: LargeObject[] = [];
  for await (const each of ownersIn(database).all(context.transaction.kv)) {
    if (each.owner === role || names(each.items, role)) found.push(each);
  }
  return found;
}

/** REASSIGN OWNED */
export async function reassignLargeObjects(
  context: DdlContext,
  from: number,
  to: number,
): Promise<void> {
  for (const each of await largeObjectsOf(context, from)) {
    if (each.owner === from) giveTo(context, each, to);
  }
}

/** DROP OWNED */
export async function dropLargeObjectsOf(context: DdlContext, role: number): Promise<void> {
  const { transaction } = context;
  const store = largeObjectStore(imageOf(context).database);
  for (const each of await largeObjectsOf(context, role)) {
    if (each.owner !== role) {
      const items = each.items?.filter((item) => item.grantee !== role && item.grantor !== role);
      putLargeObject(context, { ...each, items });
      continue;
    }
    await new ObjectPages(store.pages, each.oid).remove(transaction.kv);
    owners(context).remove(transaction.kv, each.oid);
    dropLargeObjectComment(transaction, each.oid);
  }
}
