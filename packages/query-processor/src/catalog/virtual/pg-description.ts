/** pg_description and pg_shdescription: comments on objects. */
import type { Catalog, VirtualTable } from "../catalog.ts";
import { CLASS } from "../dependencies/object-address.ts";
import type { CommentDescriptor } from "../descriptors.ts";
import { systemTable } from "./virtual-table.ts";

const SHARED: ReadonlySet<number> = new Set([CLASS.role, CLASS.database, 1213]);

export function* commentsOf(catalog: Catalog): Iterable<CommentDescriptor> {
  for (const object of catalog.objects.values()) if (object.kind === "comment") yield object;
}

export function commentOn(
  catalog: Catalog,
  classId: number,
  objectId: number,
  subId = 0,
): CommentDescriptor | undefined {
  for (const comment of commentsOf(catalog)) {
    const [ofClass, oid, sub] = comment.about;
    if (ofClass === classId && oid === objectId && sub === subId) return comment;
  }
  return undefined;
}

export const PG_DESCRIPTION: VirtualTable = systemTable("pg_description", function* (catalog) {
  for (const { about, text } of commentsOf(catalog)) {
    const [classoid, objoid, objsubid] = about;
    if (!SHARED.has(classoid)) yield { objoid, classoid, objsubid, description: text };
  }
});

export const PG_SHDESCRIPTION: VirtualTable = systemTable("pg_shdescription", function* (catalog) {
  for (const { about, text } of commentsOf(catalog)) {
    const [classoid, objoid] = about;
    if (SHARED.has(classoid)) yield { objoid, classoid, description: text };
  }
});
