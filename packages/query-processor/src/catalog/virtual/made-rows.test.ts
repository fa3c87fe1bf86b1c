/** Rows of pg_catalog that are kept from one catalog to the next are those that it would make anew. */
import { describe, expect, it } from "vitest";
import { largeCatalog } from "../../plan/testing/large-tables.ts";
import { CLASS } from "../dependencies/object-address.ts";
import { BOOTSTRAP_SUPERUSER, aclOid } from "../builtin-objects.ts";
import { CatalogImage } from "../catalog-image.ts";
import type { CatalogChange } from "../catalog-image.ts";
import type { SessionView } from "../catalog.ts";
import type { CatalogObject, TableDescriptor } from "../descriptors.ts";
import { POSTGRES_CATALOG } from "./virtual-tables.ts";

const NAMES = ["pg_class", "pg_attribute", "pg_constraint", "pg_index", "pg_type", "pg_proc"];

const tables = largeCatalog(
  ["a", "b", "c"].map((name) => ({
    name,
    rows: 10,
    columns: { id: 10, other: 10 },
    indexes: [["other"]],
  })),
);

function imageOf(objects: Iterable<CatalogObject>, statistics = tables.statistics): CatalogImage {
  return new CatalogImage(1, objects, POSTGRES_CATALOG, statistics);
}

function rowsOf(catalog: CatalogImage): readonly (readonly unknown[])[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- these ask no session
  const session = {} as SessionView;
  return NAMES.map((name) => {
    const table = POSTGRES_CATALOG.relations.find((each) => each.name === name);
    if (table?.kind !== "virtual") throw new Error(`${name} is a relation of the system`);
    return [...table.eachRow(catalog, session)];
  });
}

/** Nothing is known of objects that are others. */
function anew({ objects, statistics }: CatalogImage): CatalogImage {
  return imageOf(
    Array.from(objects.values(), (each) => ({ ...each })),
    statistics,
  );
}

const first = imageOf(tables.objects.values());

function named(name: string): TableDescriptor {
  for (const each of first.objects.values()) {
    if (each.kind === "table" && each.name === name) return each;
  }
  throw new Error(`no table ${name}`);
}

const [a, b] = [named("a"), named("b")];
const item = { grantee: 0, grantor: BOOTSTRAP_SUPERUSER, mode: 2 };
const about = [CLASS.relation, a.oid] as const;
const [key] = b.indexes;
if (key === undefined) throw new Error("a table has a primary key");

const CHANGES: Readonly<Record<string, CatalogChange>> = {
  "a table with another name": { put: { ...a, name: "renamed" } },
  "a table that is gone": { drop: a.oid },
  "a right on a table": { put: { kind: "acl", oid: aclOid(a.oid), about, items: [item] } },
  "a right on a column": {
    put: { kind: "acl", oid: aclOid(a.oid), about, columns: { 1: [item] } },
  },
  "a right on a catalog": {
    put: { kind: "acl", oid: aclOid(1259), about: [CLASS.relation, 1259], items: [item] },
  },
  "a right on a column of a catalog": {
    put: { kind: "acl", oid: aclOid(1259), about: [CLASS.relation, 1259], columns: { 1: [item] } },
  },
  "the superuser with another name": {
    put: { kind: "role", oid: BOOTSTRAP_SUPERUSER, name: "king", superuser: true, login: true },
  },
  "a foreign key": {
    put: {
      ...a,
      foreignKeys: [
        {
          oid: 77_777,
          name: "refers",
          columns: [2],
          parent: b.oid,
          parentColumns: [1],
          index: key.oid,
          match: "simple",
          onUpdate: "noAction",
          onDelete: "noAction",
          deferrable: false,
          initiallyDeferred: false,
          validated: true,
        },
      ],
    },
  },
};

describe("rows of catalogs", () => {
  it.each(Object.entries(CHANGES))("are those of now: %s", (_, change) => {
    const before = rowsOf(first);
    const changed = first.with([change]);
    expect(rowsOf(changed)).toEqual(rowsOf(anew(changed)));
    expect(rowsOf(changed)).not.toEqual(before);
    expect(rowsOf(anew(first))).toEqual(before);
  });

  it("are those of now: statistics", () => {
    const before = rowsOf(first);
    const without = first.withStatistics(new Map());
    expect(rowsOf(without)).toEqual(rowsOf(anew(without)));
    expect(rowsOf(without)).not.toEqual(before);
  });

  it("are kept where nothing changed", () => {
    const now = first.with([]);
    const [before = []] = rowsOf(now);
    const [after = []] = rowsOf(now.with([{ put: { ...a, name: "renamed" } }]));
    const kept = new Set(before);
    expect(after.filter((row) => !kept.has(row)).length).toBeLessThan(4);
  });
});
