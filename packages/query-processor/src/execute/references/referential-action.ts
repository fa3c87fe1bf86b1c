/** What a foreign key does when the parent's row is deleted or gets another key (ri_triggers.c). */
import { InvariantError } from "@firstlight/common";
import type { Datum } from "@firstlight/sql";
import { arrayTypeOf, makeArray } from "@firstlight/sql";
import type { ReferentialAction, TableDescriptor } from "../../catalog/descriptors.ts";
import type { Reference } from "../../catalog/foreign-keys.ts";
import type { KeyForm } from "./child-statements.ts";
import { deleteChildren, findChildren, moveChildren, setChildren } from "./child-statements.ts";
import type { ReferenceQueue } from "./reference-queue.ts";
import { stillReferenced } from "./violations.ts";

/** A parent's row was deleted (`next` undefined) or has another key now. */
export interface ParentChange {
  readonly reference: Reference;
  readonly old: readonly Datum[];
  readonly next: readonly Datum[] | undefined;
}

export function actionOf({ reference: { key }, next }: ParentChange): ReferentialAction {
  return next === undefined ? key.onDelete : key.onUpdate;
}

function parentOf(queue: ReferenceQueue, { key }: Reference): TableDescriptor {
  const parent = queue.context.catalog.objects.get(key.parent);
  if (parent?.kind !== "table") throw new InvariantError("a foreign key without its parent");
  return parent;
}

function parentTypes(queue: ReferenceQueue, reference: Reference): number[] {
  const { columns } = parentOf(queue, reference);
  return reference.key.parentColumns.map((number) => columns[number - 1]?.type ?? 0);
}

/** All keys of one column are given as an array. */
function isSet(types: readonly number[], keys: readonly unknown[]): boolean {
  return types.length === 1 && keys.length > 1;
}

function arrayOf(types: readonly number[], keys: readonly (readonly Datum[])[]): Datum {
  const [type = 0] = types;
  const values = keys.map(([value = null]) => value);
  return makeArray(type, values);
}

/** Calls `step` once for all keys of one column, and once per key of several. */
async function forKeys(
  queue: ReferenceQueue,
  reference: Reference,
  keys: readonly (readonly Datum[])[],
  step: (form: KeyForm, types: readonly number[], parameters: readonly Datum[]) => Promise<unknown>,
): Promise<void> {
  const types = parentTypes(queue, reference);
  if (isSet(types, keys)) await step("many", types.map(arrayTypeOf), [arrayOf(types, keys)]);
  else for (const key of keys) await step("one", types, key);
}

/** 23503 if one of the keys has a child: the first of them is named. */
export async function refuseChildren(
  queue: ReferenceQueue,
  reference: Reference,
  keys: readonly (readonly Datum[])[],
): Promise<void> {
  const { catalog } = queue.context;
  const types = parentTypes(queue, reference);
  if (isSet(types, keys)) {
    const text = findChildren(catalog, reference, "many");
    const found = await queue.run(text, types.map(arrayTypeOf), [arrayOf(types, keys)]);
    if (found.length === 0) return;
  }
  for (const key of keys) {
    const [child] = await queue.run(findChildren(catalog, reference, "one"), types, key);
    if (child !== undefined) {
      throw stillReferenced(queue.context, reference, parentOf(queue, reference), key);
    }
  }
}

async function setTo(
  queue: ReferenceQueue,
  changes: readonly ParentChange[],
  value: "NULL" | "DEFAULT",
): Promise<void> {
  const [{ reference, next } = missing()] = changes;
  const { catalog } = queue.context;
  const { key } = reference;
  const columns = next === undefined ? (key.setColumns ?? key.columns) : key.columns;
  const old = changes.map((each) => each.old);
  await forKeys(queue, reference, old, (form, types, parameters) => {
    const text = setChildren(catalog, reference, columns, value, form);
    return queue.run(text, types, parameters);
  });
  // Children that keep the old key by default still need a parent.
  if (value === "DEFAULT") for (const each of old) queue.parentGone(reference, each);
}

function missing(): never {
  throw new InvariantError("an action without a change");
}

async function cascade(queue: ReferenceQueue, changes: readonly ParentChange[]): Promise<void> {
  const { catalog } = queue.context;
  const [{ reference, next } = missing()] = changes;
  if (next === undefined) {
    const old = changes.map((each) => each.old);
    await forKeys(queue, reference, old, (form, types, parameters) =>
      queue.run(deleteChildren(catalog, reference, form), types, parameters),
    );
    return;
  }
  const types = parentTypes(queue, reference);
  const text = moveChildren(catalog, reference);
  for (const change of changes) {
    await queue.run(text, [...types, ...types], [...change.old, ...(change.next ?? [])]);
  }
}

export async function runAction(
  queue: ReferenceQueue,
  action: ReferentialAction,
  changes: readonly ParentChange[],
): Promise<void> {
  const [{ reference } = missing()] = changes;
  switch (action) {
    case "noAction":
      for (const { old } of changes) queue.parentGone(reference, old);
      return;
    case "restrict": {
      const old = changes.map((each) => each.old);
      await refuseChildren(queue, reference, old);
      return;
    }
    case "cascade":
      await cascade(queue, changes);
      return;
    case "setNull":
      await setTo(queue, changes, "NULL");
      return;
    case "setDefault":
      await setTo(queue, changes, "DEFAULT");
  }
}
