/** What images of the catalog share with those that they are made of, and what they do not. */
import { oids, typeOid } from "@firstlight/sql";
import { describe, expect, it } from "vitest";
import { testTable } from "../bind/testing/test-catalog.ts";
import { CatalogImage } from "./catalog-image.ts";
import { dependencyRows } from "./dependencies/dependency-rows.ts";
import { CLASS } from "./dependencies/object-address.ts";
import type { TableDescriptor, TypeDescriptor } from "./descriptors.ts";
import { BARE_CATALOG } from "./system-catalog.ts";

const MOOD = 20_000;

function mood(...labels: readonly string[]): TypeDescriptor {
  const own = labels.map((label, order) => ({
    oid: MOOD + 1 + order,
    label,
    order,
    sortOrder: order + 1,
  }));
  return {
    kind: "type",
    oid: MOOD,
    name: "mood",
    schema: 2200,
    owner: 10,
    definition: { kind: "enum", labels: own },
  };
}

const PLAIN = testTable({
  oid: 21_000,
  name: "plain",
  columns: [{ name: "a", type: oids.INT4, default: "1" }],
  checks: ["a > 0"],
});

const FELT = testTable({
  oid: 22_000,
  name: "felt",
  columns: [{ name: "m", type: MOOD, default: "'sad'::mood" }],
});

function image(): CatalogImage {
  return new CatalogImage(1, [mood("sad", "happy"), PLAIN, FELT], BARE_CATALOG);
}

function table(of: CatalogImage, name: string): TableDescriptor {
  const found = of.relationInSchema("public", name);
  if (found?.kind !== "table") throw new Error(`no table ${name}`);
  return found;
}

describe("an image of the catalog", () => {
  it("keeps its objects when statistics change", () => {
    const before = image();
    const after = before.withStatistics(new Map());
    expect(after).not.toBe(before);
    expect(after.objects).toBe(before.objects);
    expect(table(after, "felt")).toBe(table(before, "felt"));
  });

  it("keeps descriptors that a change does not concern, those with users' types too", () => {
    const before = image();
    const after = before.with([{ put: { ...PLAIN, name: "renamed" } }]);
    expect(table(after, "felt")).toBe(table(before, "felt"));
    expect(table(after, "renamed").oid).toBe(PLAIN.oid);
    expect(after.relationInSchema("public", "plain")).toBeUndefined();
  });

  it("has another descriptor of a table when the type of its column is another one", () => {
    const before = image();
    const after = before.with([{ put: mood("sad", "calm", "happy") }]);
    const [old, now] = [before, after].map((each) => table(each, "felt").columns[0]?.type ?? 0);
    expect(now).not.toBe(old);
    expect([old, now].map((each) => typeOid(each ?? 0))).toEqual([MOOD, MOOD]);
    expect(table(after, "plain")).toBe(table(before, "plain"));
    const back = after.with([{ put: mood("sad", "happy") }]);
    expect(table(back, "felt").columns[0]?.type).toBe(old);
  });

  it("names array types past types that are named so", () => {
    const before = image();
    expect(before.typeInSchema("public", "_felt")).toBe(before.typeInSchema("public", "_felt"));
    const taken = before.with([{ put: { ...mood("x"), oid: 23_000, name: "_felt" } }]);
    expect(taken.typeInSchema("public", "_felt")).toBe(23_000);
    expect(taken.typeInSchema("public", "__felt")).toBe(before.typeInSchema("public", "_felt"));
  });

  it("tells what depends on what of objects that are there", () => {
    const before = image();
    const users = (of: CatalogImage): readonly number[] =>
      dependencyRows(of)
        .filter(({ on }) => on.classId === CLASS.type && on.objectId === MOOD)
        .map(({ object }) => object.objectId);
    expect(users(before)).toContain(FELT.oid);
    expect(users(before.with([{ drop: FELT.oid }]))).not.toContain(FELT.oid);
    const [column] = FELT.columns;
    if (column === undefined) throw new Error("no column");
    const retyped = { ...FELT, columns: [{ ...column, type: oids.TEXT, default: "'sad'" }] };
    expect(users(before.with([{ put: retyped }]))).not.toContain(FELT.oid);
  });
});
