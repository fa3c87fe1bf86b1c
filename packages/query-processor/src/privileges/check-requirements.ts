/** Whether a role has what a statement needs (ExecCheckPermissions): 42501 with what is missing. */
import { procByOid } from "@firstlight/sql";
import { CLASS } from "../catalog/dependencies/object-address.ts";
import { FIRST_USER_OID, aclOid } from "../catalog/builtin-objects.ts";
import type { AccessRequirements, RelationAccess } from "../bind/access-requirements.ts";
import { bindError } from "../bind/errors.ts";
import { systemRelationByOid } from "../catalog/virtual/system-relations.ts";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import {
  functionTarget,
  held,
  heldOnColumn,
  holds,
  permissionDenied,
  relationTarget,
  relationWord,
  routineWord,
  schemaTarget,
} from "./access-check.ts";
import { initialItems } from "./initial-access.ts";
import { isSuperuser } from "./memberships.ts";
import type { AccessTarget } from "./object-access.ts";
import { aclOf } from "./object-access.ts";
import { RIGHT } from "./rights.ts";

const BY_COLUMN = RIGHT.select | RIGHT.insert | RIGHT.update;

interface Question {
  readonly image: CatalogImage;
  readonly target: AccessTarget;
  readonly role: number;
}

function onAllColumns(
  { image, target, role }: Question,
  columns: ReadonlySet<number>,
  mask: number,
): boolean {
  for (const column of columns) {
    if ((heldOnColumn(image, target, { column, role, mask }) & mask) === 0) return false;
  }
  return true;
}

/** No column is named: a right on any of them will do. */
function onAnyColumn({ image, target, role }: Question, mask: number): boolean {
  const columns = Object.keys(aclOf(image, target.objectId)?.columns ?? {});
  return columns.some(
    (column) => (heldOnColumn(image, target, { column: Number(column), role, mask }) & mask) !== 0,
  );
}

function byColumns(question: Question, missing: number, access: RelationAccess): boolean {
  if ((missing & ~BY_COLUMN) !== 0) return false;
  const parts: readonly (readonly [number, ReadonlySet<number>])[] = [
    [RIGHT.select, access.selected],
    [RIGHT.insert, access.inserted],
    [RIGHT.update, access.updated],
  ];
  return parts.every(([right, columns]) => {
    if ((missing & right) === 0) return true;
    return columns.size === 0
      ? onAnyColumn(question, right)
      : onAllColumns(question, columns, right);
  });
}

function checkRelation(image: CatalogImage, access: RelationAccess, user: number): void {
  const role = access.as ?? user;
  if (isSuperuser(image, role)) return;
  const relation = image.relationByOid(access.relation);
  if (relation === undefined) return;
  const target = relationTarget(relation);
  const question = { image, target, role };
  const missing = access.rights & ~held(image, target, role, access.rights);
  if (missing === 0 || byColumns(question, missing, access)) return;
  const facts = systemRelationByOid(relation.oid);
  const word = facts?.kind === "v" ? "view" : relationWord(relation);
  throw permissionDenied(word, relation.name);
}

export function checkFunction(image: CatalogImage, oid: number, role: number): void {
  // Everybody may call the system's own, unless that was revoked, from the start or later.
  const isRestricted =
    image.objects.has(aclOid(oid)) || initialItems(CLASS.function, oid) !== undefined;
  if (oid < FIRST_USER_OID && !isRestricted) return;
  const routine = image.objects.get(oid);
  if (routine?.kind !== "function" && oid >= FIRST_USER_OID) return;
  if (holds(image, functionTarget(image, oid), role, RIGHT.execute)) return;
  if (routine?.kind === "function") throw permissionDenied(routineWord(routine), routine.name);
  throw permissionDenied("function", procByOid(oid)?.name ?? String(oid));
}

export function checkSchema(image: CatalogImage, name: string, role: number, location = -1): void {
  const schema = image.schemaByName(name);
  if (schema === undefined || holds(image, schemaTarget(schema), role, RIGHT.usage)) return;
  throw bindError("42501", `permission denied for schema ${name}`, location);
}

export function checkRequirements(
  image: CatalogImage,
  requirements: AccessRequirements,
  role: number,
): void {
  for (const [name, location] of requirements.schemas) checkSchema(image, name, role, location);
  for (const access of requirements.relations) checkRelation(image, access, role);
  for (const oid of requirements.functions) checkFunction(image, oid, role);
}
