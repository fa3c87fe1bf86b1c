/** nextval, currval and setval are for those who may use the sequence. */
import type { CatalogImage } from "../catalog/catalog-image.ts";
import type { SequenceDescriptor } from "../catalog/descriptors.ts";
import { holds, permissionDenied, relationTarget } from "./access-check.ts";

export function checkSequence(
  image: CatalogImage,
  sequence: SequenceDescriptor,
  user: string,
  rights: number,
): void {
  const role = image.roleByName(user);
  if (role === undefined || role.superuser) return;
  if (holds(image, relationTarget(sequence), role.oid, rights)) return;
  throw permissionDenied("sequence", sequence.name);
}

/** An identity column's sequence is part of its table. */
export function isIdentity(image: CatalogImage, { ownedBy }: SequenceDescriptor): boolean {
  if (ownedBy === undefined) return false;
  const table = image.objects.get(ownedBy.table);
  if (table?.kind !== "table") return false;
  return table.columns[ownedBy.column - 1]?.identity !== undefined;
}
