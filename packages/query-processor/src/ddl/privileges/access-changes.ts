/** Access lists come and go with their objects: the default privileges of whoever makes one. */
import { aclOid } from "../../catalog/builtin-objects.ts";
import type { CatalogChange, CatalogImage } from "../../catalog/catalog-image.ts";
import { CLASS } from "../../catalog/dependencies/object-address.ts";
import type {
  AclDescriptor,
  CatalogObject,
  DefaultAclDescriptor,
} from "../../catalog/descriptors.ts";
import type { AccessList } from "../../privileges/access-list.ts";
import { changed, defaultAccess, sameAccess, sorted } from "../../privileges/access-list.ts";
import type { Objects } from "../../privileges/memberships.ts";
import type { AclKind } from "../../privileges/rights.ts";

type ObjectType = DefaultAclDescriptor["objectType"];

export function defaultAclOf(
  { objects }: Objects,
  role: number,
  schema: number,
  type: ObjectType,
): DefaultAclDescriptor | undefined {
  for (const each of objects.values()) {
    if (each.kind !== "defaultAcl" || each.role !== role) continue;
    if (each.schema === schema && each.objectType === type) return each;
  }
  return undefined;
}

interface Made {
  readonly type: ObjectType;
  readonly kind: AclKind;
  readonly classId: number;
}

const MADE: Readonly<Partial<Record<CatalogObject["kind"], Made>>> = {
  table: { type: "r", kind: "table", classId: CLASS.relation },
  view: { type: "r", kind: "table", classId: CLASS.relation },
  sequence: { type: "S", kind: "sequence", classId: CLASS.relation },
  function: { type: "f", kind: "function", classId: CLASS.function },
  type: { type: "T", kind: "type", classId: CLASS.type },
  schema: { type: "n", kind: "schema", classId: CLASS.schema },
};

/** get_user_default_acl. */
function initialAcl(image: CatalogImage, object: CatalogObject): AclDescriptor | undefined {
  const made = MADE[object.kind];
  if (made === undefined || !("owner" in object)) return undefined;
  const { owner } = object;
  const everywhere = defaultAclOf(image, owner, 0, made.type);
  const place = "schema" in object ? object.schema : 0;
  const here = place === 0 ? undefined : defaultAclOf(image, owner, place, made.type);
  if (everywhere === undefined && here === undefined) return undefined;
  const usual = defaultAccess(made.kind, owner);
  let result: AccessList = everywhere?.items ?? usual;
  const change = { catalog: image, owner, cascade: false };
  for (const item of here?.items ?? []) result = changed(result, item, "add", change);
  if (sameAccess(result, usual)) return undefined;
  const about = [made.classId, object.oid] as const;
  return { kind: "acl", oid: aclOid(object.oid), about, items: sorted(result) };
}

function withoutColumns(acl: AclDescriptor, object: CatalogObject): AclDescriptor | undefined {
  if (object.kind !== "table" || acl.columns === undefined) return undefined;
  const entries = Object.entries(acl.columns);
  const kept = entries.filter(([number]) => object.columns[Number(number) - 1]?.dropped !== true);
  if (kept.length === entries.length) return undefined;
  return { ...acl, columns: Object.fromEntries(kept) };
}

/** Default privileges of a schema go with it. */
function defaultsIn(image: CatalogImage, schema: number): readonly CatalogChange[] {
  return [...image.objects.values()].flatMap((each) =>
    each.kind === "defaultAcl" && each.schema === schema ? [{ drop: each.oid }] : [],
  );
}

function accessChanges(
  image: CatalogImage,
  { put: object, drop }: CatalogChange,
  hasDefaults: boolean,
): readonly CatalogChange[] {
  if (drop !== undefined) {
    const gone = aclOid(drop);
    const acl = image.objects.has(gone) ? [{ drop: gone }] : [];
    return hasDefaults ? [...acl, ...defaultsIn(image, drop)] : acl;
  }
  if (object === undefined || object.kind === "acl") return [];
  const acl = image.objects.get(aclOid(object.oid));
  if (acl?.kind === "acl") {
    const less = withoutColumns(acl, object);
    return less === undefined ? [] : [{ put: less }];
  }
  if (!hasDefaults || image.objects.has(object.oid)) return [];
  const initial = initialAcl(image, object);
  return initial === undefined ? [] : [{ put: initial }];
}

/** A schema change with what it means for access lists: they come and go with their objects. */
export function withAccessChanges(
  image: CatalogImage,
  changes: readonly CatalogChange[],
): readonly CatalogChange[] {
  let hasDefaults = false;
  for (const each of image.objects.values()) hasDefaults ||= each.kind === "defaultAcl";
  const more = changes.flatMap((each) => accessChanges(image, each, hasDefaults));
  return more.length === 0 ? changes : [...changes, ...more];
}
