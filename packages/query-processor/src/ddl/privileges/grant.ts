/** GRANT and REVOKE on objects: what the grantor may give away is given, with PostgreSQL's warnings. */
import { SqlError } from "@firstlight/common";
import { aclOid } from "../../catalog/builtin-objects.ts";
import type { AclDescriptor, AclItem } from "../../catalog/descriptors.ts";
import { string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { held, heldOnColumn, permissionDenied } from "../../privileges/access-check.ts";
import type { AccessList } from "../../privileges/access-list.ts";
import { bestGrantor, withGrant } from "../../privileges/access-list.ts";
import { accessOf, aclOf } from "../../privileges/object-access.ts";
import { ALL_RIGHTS, RIGHT, optionFor } from "../../privileges/rights.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, imageOf, ownerOf } from "../ddl-context.ts";
import { putLargeObject } from "../large-object.ts";
import type { Grantable } from "./grant-objects.ts";
import { largeObjects, namedObjects, objectsInSchemas } from "./grant-objects.ts";
import type { GrantRequest } from "./grant-request.ts";
import { invalidRight, readGrant } from "./grant-request.ts";

export async function grant(context: DdlContext, statement: ParseNode): Promise<void> {
  const kind = string(statement, "objtype");
  const inSchemas = string(statement, "targtype") === "ACL_TARGET_ALL_IN_SCHEMA";
  const isLarge = kind === "OBJECT_LARGEOBJECT";
  const objects = inSchemas
    ? objectsInSchemas(context, statement, kind)
    : isLarge
      ? await largeObjects(context, statement)
      : namedObjects(context, statement, kind);
  const request = readGrant(context, statement, kind);
  for (const object of objects) {
    if (object.relation === undefined) grantOn(context, object, request);
    else grantOnRelation(context, object, request, kind);
  }
}

function putAccess(
  context: DdlContext,
  object: Grantable,
  change: (acl: AclDescriptor) => AclDescriptor,
): void {
  const old = aclOf(imageOf(context), object.objectId);
  const oid = aclOid(object.objectId);
  const about = [object.classId, object.objectId] as const;
  applyChanges(context, [{ put: change(old ?? { kind: "acl", oid, about }) }]);
}

export function putItems(context: DdlContext, object: Grantable, items: AccessList): void {
  if (object.large !== undefined) putLargeObject(context, { ...object.large, items });
  else putAccess(context, object, (acl) => ({ ...acl, items }));
}

/** An empty list of a column is none. */
function putColumn(
  context: DdlContext,
  object: Grantable,
  column: number,
  items: readonly AclItem[],
): void {
  putAccess(context, object, (acl) => {
    const { [column]: _, ...others } = acl.columns ?? {};
    return { ...acl, columns: items.length === 0 ? others : { ...others, [column]: items } };
  });
}

interface Wanted {
  readonly rights: number;
  readonly isAll: boolean;
}

interface Place {
  readonly number: number;
  readonly name: string;
}

function warn(context: DdlContext, isGrant: boolean, what: "no" | "not all", name: string): void {
  const [code, verb] = isGrant ? ["01007", "were granted"] : ["01006", "could be revoked"];
  context.session.notice("WARNING", code, `${what} privileges ${verb} for ${name}`);
}

/** restrict_and_check_grant: which of the rights are the grantor's to give. */
function restricted(
  context: DdlContext,
  object: Grantable,
  wanted: Wanted & { readonly grantable: number; readonly grantor: number },
  request: GrantRequest,
  column?: Place,
): number {
  const { grantable, grantor, rights, isAll } = wanted;
  const kind = column === undefined ? object.kind : "column";
  const whole = ALL_RIGHTS[kind] | optionFor(ALL_RIGHTS[kind]);
  const catalog = imageOf(context);
  if (grantable === 0) {
    const asked = { column: column?.number ?? 0, role: grantor, mask: whole };
    const any =
      held(catalog, object, grantor, whole) |
      (column === undefined ? 0 : heldOnColumn(catalog, object, asked));
    if (any === 0) {
      if (column === undefined) throw permissionDenied(object.word, object.name);
      const text = `permission denied for column "${column.name}" of relation "${object.name}"`;
      throw new SqlError("42501", text);
    }
  }
  const given = rights & grantable;
  const shown =
    column === undefined
      ? `"${object.name}"`
      : `column "${column.name}" of relation "${object.name}"`;
  if (given === 0) warn(context, request.isGrant, "no", shown);
  else if (!isAll && given !== rights) warn(context, request.isGrant, "not all", shown);
  return given;
}

function grantOn(context: DdlContext, object: Grantable, request: GrantRequest): void {
  const rights = request.isAll ? ALL_RIGHTS[object.kind] : request.rights;
  giveWhole(context, object, { rights, isAll: request.isAll }, request);
}

function giveWhole(
  context: DdlContext,
  object: Grantable,
  wanted: Wanted,
  request: GrantRequest,
): void {
  const catalog = imageOf(context);
  const { owner } = object;
  const list = accessOf(catalog, object);
  const best = bestGrantor(catalog, list, { role: ownerOf(context), owner, rights: wanted.rights });
  const rights = restricted(context, object, { ...wanted, ...best }, request);
  const { isGrant, grantOption, grantees, cascade } = request;
  const { grantor } = best;
  const change = { catalog, owner, cascade };
  const given = { isGrant, grantOption, grantees, rights, grantor };
  const after = withGrant(list, given, change);
  if (after !== list) putItems(context, object, after);
}

function columnsOf({ relation }: Grantable): readonly Place[] {
  if (relation === undefined) return [];
  if (relation.kind === "sequence") {
    return ["last_value", "log_cnt", "is_called"].map((name, at) => ({ number: at + 1, name }));
  }
  return relation.columns.flatMap((column, at) =>
    "dropped" in column && column.dropped ? [] : [{ number: at + 1, name: column.name }],
  );
}

function columnNamed(object: Grantable, name: string): Place {
  const found = columnsOf(object).find((each) => each.name === name);
  if (found !== undefined) return found;
  const text = `column "${name}" of relation "${object.name}" does not exist`;
  throw new SqlError("42703", text);
}

/** The relation's own rights of this request, by what the relation is (ExecGrant_Relation). */
function relationRights(
  context: DdlContext,
  object: Grantable,
  request: GrantRequest,
  kind: string,
): number {
  const all = ALL_RIGHTS[object.kind];
  if (request.isAll) return all;
  const { rights } = request;
  if (kind !== "OBJECT_TABLE") return rights;
  if (object.kind === "sequence") {
    if ((rights & ~all) === 0) return rights;
    const text = `sequence "${object.name}" only supports USAGE, SELECT, and UPDATE privileges`;
    context.session.notice("WARNING", "0LP01", text);
    return rights & all;
  }
  if ((rights & ~all) !== 0) throw invalidRight(rights & ~all, "table");
  return rights;
}

function grantOnRelation(
  context: DdlContext,
  object: Grantable,
  request: GrantRequest,
  kind: string,
): void {
  const rights = relationRights(context, object, request, kind);
  const columns = new Map<number, number>();
  const places = new Map<number, Place>();
  const add = (place: Place, more: number): void => {
    columns.set(place.number, (columns.get(place.number) ?? 0) | more);
    places.set(place.number, place);
  };
  if (!request.isGrant && (rights & ALL_RIGHTS.column) !== 0) {
    for (const place of columnsOf(object)) add(place, rights & ALL_RIGHTS.column);
  }
  for (const each of request.columns) {
    const wanted = each.rights === 0 ? ALL_RIGHTS.column : each.rights;
    if ((wanted & ~ALL_RIGHTS.column) !== 0) {
      throw invalidRight(wanted & ~ALL_RIGHTS.column, "column");
    }
    if (object.kind === "sequence") {
      warnOfSequence(context, object, wanted);
    }
    const able = object.kind === "sequence" ? wanted & RIGHT.select : wanted;
    for (const name of each.columns) {
      const place = columnNamed(object, name);
      if (able !== 0) add(place, able);
    }
  }
  const before = accessOf(imageOf(context), object);
  if (rights !== 0) giveWhole(context, object, { rights, isAll: request.isAll }, request);
  for (const [number, wanted] of columns) {
    const place = places.get(number);
    if (place !== undefined) giveColumn(context, object, { place, wanted, before }, request);
  }
}

function warnOfSequence(context: DdlContext, { name }: Grantable, wanted: number): void {
  if ((wanted & ~RIGHT.select) === 0) return;
  const text = `sequence "${name}" only supports SELECT column privileges`;
  context.session.notice("WARNING", "0LP01", text);
}

function giveColumn(
  context: DdlContext,
  object: Grantable,
  asked: { readonly place: Place; readonly wanted: number; readonly before: AccessList },
  request: GrantRequest,
): void {
  const { place, wanted, before } = asked;
  const catalog = imageOf(context);
  const own = aclOf(catalog, object.objectId)?.columns?.[place.number] ?? [];
  if (own.length === 0 && !request.isGrant && request.columns.length === 0) return;
  const { owner } = object;
  const role = ownerOf(context);
  const best = bestGrantor(catalog, [...before, ...own], { role, owner, rights: wanted });
  const isAll = wanted === ALL_RIGHTS.column;
  const choice = { rights: wanted, isAll, ...best };
  const rights = restricted(context, object, choice, request, place);
  const { isGrant, grantOption, grantees, cascade } = request;
  const given = { isGrant, grantOption, grantees, rights, grantor: best.grantor };
  const after = withGrant(own, given, { catalog, owner, cascade });
  if (after.length > 0 || own.length > 0) putColumn(context, object, place.number, after);
}
