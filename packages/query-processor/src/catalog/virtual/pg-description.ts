/** pg_description and pg_shdescription: PostgreSQL's comments on its own objects, and COMMENT ON. */
import type { Catalog, VirtualTable } from "../catalog.ts";
import { CLASS } from "../dependencies/object-address.ts";
import type { CommentDescriptor } from "../descriptors.ts";
import { systemRows } from "./system-rows.ts";
import type { NamedRow } from "./virtual-table.ts";
import { systemTable } from "./virtual-table.ts";

const TABLESPACE = 1213;
const SHARED: ReadonlySet<number> = new Set([CLASS.role, CLASS.database, TABLESPACE]);

export function* commentsOf(catalog: Catalog): Iterable<CommentDescriptor> {
  for (const object of catalog.objects.values()) if (object.kind === "comment") yield object;
}

const addressKey = (classId: number, objectId: number, subId: number): string =>
  `${classId} ${objectId} ${subId}`;

const known = new WeakMap<Catalog, ReadonlyMap<string, CommentDescriptor>>();

function ownComments(catalog: Catalog): ReadonlyMap<string, CommentDescriptor> {
  let comments = known.get(catalog);
  if (comments === undefined) {
    comments = new Map(
      Array.from(commentsOf(catalog), (each) => [addressKey(...each.about), each]),
    );
    known.set(catalog, comments);
  }
  return comments;
}

/** A comment that COMMENT ON made; one without text took PostgreSQL's own away. */
export function commentOn(
  catalog: Catalog,
  classId: number,
  objectId: number,
  subId = 0,
): CommentDescriptor | undefined {
  return ownComments(catalog).get(addressKey(classId, objectId, subId));
}

let builtin: ReadonlyMap<string, string> | undefined;

function builtinComments(): ReadonlyMap<string, string> {
  builtin ??= new Map(
    [...systemRows("pg_description"), ...systemRows("pg_shdescription")].map((row) => [
      addressKey(Number(row["classoid"]), Number(row["objoid"]), Number(row["objsubid"] ?? 0)),
      typeof row["description"] === "string" ? row["description"] : "",
    ]),
  );
  return builtin;
}

export function commentText(
  catalog: Catalog,
  classId: number,
  objectId: number,
  subId = 0,
): string | null {
  const own = commentOn(catalog, classId, objectId, subId);
  const text = own?.text ?? builtinComments().get(addressKey(classId, objectId, subId));
  return text === undefined || text === "" ? null : text;
}

/** Whether PostgreSQL has a comment on the object from the start. */
export function hasBuiltinComment(classId: number, objectId: number, subId: number): boolean {
  return builtinComments().has(addressKey(classId, objectId, subId));
}

function* rowsOf(catalog: Catalog, shared: boolean): Iterable<NamedRow> {
  for (const row of systemRows(shared ? "pg_shdescription" : "pg_description")) {
    const place = [row["classoid"], row["objoid"], row["objsubid"] ?? 0].map(Number);
    const [classId = 0, objectId = 0, subId = 0] = place;
    if (commentOn(catalog, classId, objectId, subId) === undefined) yield row;
  }
  for (const { about, text } of commentsOf(catalog)) {
    const [classoid, objoid, objsubid] = about;
    if (SHARED.has(classoid) !== shared || text === "") continue;
    yield { objoid, classoid, objsubid, description: text };
  }
}

export const PG_DESCRIPTION: VirtualTable = systemTable("pg_description", (catalog) =>
  rowsOf(catalog, false),
);

export const PG_SHDESCRIPTION: VirtualTable = systemTable("pg_shdescription", (catalog) =>
  rowsOf(catalog, true),
);
