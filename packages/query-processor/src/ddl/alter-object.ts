/** ALTER ... OWNER TO and ALTER ... SET SCHEMA of relations and schemas. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { FIRST_USER_OID, PUBLIC_OID, isTemporaryOid } from "../catalog/builtin-objects.ts";
import type { CatalogChange } from "../catalog/catalog-image.ts";
import type { CatalogObject } from "../catalog/descriptors.ts";
import type { ObjectAddress } from "../catalog/dependencies/object-address.ts";
import { child, flag, requiredChild, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { alterDatabaseOwner } from "./database/alter-database.ts";
import type { DdlContext, QualifiedName } from "./ddl-context.ts";
import {
  applyChanges,
  findRelation,
  imageOf,
  nameOfRangeVar,
  refuseSystemRelation,
  refuseTakenName,
  relationNamed,
  schemaNamed,
} from "./ddl-context.ts";
import { moveExtension } from "./extension/alter-extension.ts";
import { statisticsNamed } from "./find-statistics.ts";
import { lookUpObject, partsOf, requireKind } from "./object-lookup.ts";
import { ownerChanges } from "./privileges/owned.ts";
import { findIndex } from "./drop-targets.ts";
import { refuseComposite, refuseIndexAs } from "./rename.ts";
import { roleOidOf } from "./role-specification.ts";

const KINDS: Readonly<Record<string, string>> = {
  OBJECT_VIEW: "view",
  OBJECT_MATVIEW: "materialized view",
  OBJECT_SEQUENCE: "sequence",
};

/** What PostgreSQL needs for itself; the schema public is no such thing. */
function isPinned(object: CatalogObject): boolean {
  return object.oid < FIRST_USER_OID && object.oid !== PUBLIC_OID;
}

export function setOwner(context: DdlContext, address: ObjectAddress, role: ParseNode): void {
  const owner = roleOidOf(context, role);
  const object = imageOf(context).objects.get(address.objectId);
  if (object === undefined || !("owner" in object) || isPinned(object)) {
    throw featureNotSupported("ALTER ... OWNER TO of such an object");
  }
  const changes = ownerChanges(context, address.objectId, owner);
  if (changes.length > 0) applyChanges(context, changes);
}

/** AlterOwnerStmt: of schemas and other objects that are no relations. */
export function alterOwner(context: DdlContext, statement: ParseNode): void {
  const kind = string(statement, "objectType");
  if (kind === "OBJECT_DATABASE") {
    alterDatabaseOwner(context, statement);
    return;
  }
  const object = child(statement, "object") ?? {};
  const address = lookUpObject(context, kind, object, "ALTER OWNER of");
  setOwner(context, address, requiredChild(statement, "newowner"));
}

export function setSchema(context: DdlContext, statement: ParseNode): void {
  const rangeVar = child(statement, "relation");
  const kind = string(statement, "objectType");
  if (kind === "OBJECT_STATISTIC_EXT") {
    const found = statisticsNamed(context, partsOf(requiredChild(statement, "object")));
    const schema = schemaNamed(context, string(statement, "newschema")).oid;
    applyChanges(context, [{ put: { ...found, schema } }]);
    return;
  }
  if (kind === "OBJECT_EXTENSION") {
    moveExtension(context, statement);
    return;
  }
  if (rangeVar === undefined) {
    throw featureNotSupported(`SET SCHEMA of ${kind.replace("OBJECT_", "").toLowerCase()}`);
  }
  const name = nameOfRangeVar(rangeVar);
  refuseIndexAs(context, name, kind);
  refuseComposite(context, name);
  if (flag(statement, "missing_ok") && findRelation(context, name) === undefined) {
    const text = `relation "${name.name}" does not exist, skipping`;
    context.session.notice("NOTICE", "00000", text);
    return;
  }
  refuseIndex(context, name);
  const relation = refuseSystemRelation(relationNamed(context, name));
  const wanted = KINDS[kind];
  if (wanted !== undefined) requireKind(relation, wanted);
  refuseOwnedSequence(context, relation);
  const schema = schemaNamed(context, string(statement, "newschema"));
  refuseTemporary(schema.oid, relation.schema);
  if (schema.oid === relation.schema) return;
  refuseTakenName(context, schema.oid, relation.name, schema.name);
  const changes: CatalogChange[] = [{ put: { ...relation, schema: schema.oid } }];
  for (const object of imageOf(context).objects.values()) {
    if (object.kind !== "sequence" || object.ownedBy?.table !== relation.oid) continue;
    changes.push({ put: { ...object, schema: schema.oid } });
  }
  applyChanges(context, changes);
}

function refuseIndex(context: DdlContext, name: QualifiedName): void {
  if (findRelation(context, name) !== undefined || findIndex(context, name) === undefined) return;
  const hint = "Change the schema of the table instead.";
  throw new SqlError("42809", `cannot change schema of index "${name.name}"`, { hint });
}

/** CheckSetNamespace */
function refuseTemporary(...schemas: readonly number[]): void {
  if (!schemas.some(isTemporaryOid)) return;
  throw new SqlError("0A000", "cannot move objects into or out of temporary schemas");
}

function refuseOwnedSequence(
  context: DdlContext,
  relation: ReturnType<typeof refuseSystemRelation>,
): void {
  if (relation.kind !== "sequence" || relation.ownedBy === undefined) return;
  const table = imageOf(context).relationByOid(relation.ownedBy.table)?.name ?? "";
  throw new SqlError("0A000", "cannot move an owned sequence into another schema", {
    detail: `Sequence "${relation.name}" is linked to table "${table}".`,
  });
}
