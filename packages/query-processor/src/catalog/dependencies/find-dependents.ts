/**
 * What a drop drags along: PostgreSQL's findDependentObjects, step by step, so that the order of what
 * is reported and the words are PostgreSQL's.
 */
import type { Catalog } from "../catalog.ts";
import { dependencyRows } from "./dependency-rows.ts";
import type { Dependency, DependencyType, ObjectAddress } from "./object-address.ts";
import { elementOfArrayOid } from "../type-oids.ts";
import { CLASS, sameObject } from "./object-address.ts";

export type Reason = "original" | "normal" | "auto" | "internal" | "reverse" | "subobject";

/** An object that goes; what it depended on when it was found. */
export interface DropTarget {
  readonly address: ObjectAddress;
  readonly reasons: Set<Reason>;
  readonly dependee: ObjectAddress | undefined;
}

interface Frame {
  readonly address: ObjectAddress;
  readonly reasons: Set<Reason>;
  readonly next: Frame | undefined;
}

/** An object that is part of another one cannot be dropped alone. */
export class RequiredByOwner extends Error {
  readonly object: ObjectAddress;
  readonly owner: ObjectAddress;

  constructor(object: ObjectAddress, owner: ObjectAddress) {
    super("an object is required by its owner");
    this.object = object;
    this.owner = owner;
  }
}

const REASON_OF: Readonly<Record<DependencyType, Reason>> = {
  n: "normal",
  a: "auto",
  i: "internal",
  e: "internal",
};

interface RowIndex {
  readonly byObject: ReadonlyMap<number, readonly Dependency[]>;
  readonly byReferenced: ReadonlyMap<number, readonly Dependency[]>;
}

/** OIDs of catalogs are below 8,192. */
const keyOf = ({ classId, objectId }: ObjectAddress): number => objectId * 8_192 + classId;

const indexes = new WeakMap<Catalog, RowIndex>();

function indexOf(catalog: Catalog): RowIndex {
  const cached = indexes.get(catalog);
  if (cached !== undefined) return cached;
  const byObject = new Map<number, Dependency[]>();
  const byReferenced = new Map<number, Dependency[]>();
  const push = (map: Map<number, Dependency[]>, key: number, row: Dependency): void => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [row]);
    else list.push(row);
  };
  for (const row of dependencyRows(catalog)) {
    push(byObject, keyOf(row.object), row);
    push(byReferenced, keyOf(row.on), row);
  }
  const made = { byObject, byReferenced };
  indexes.set(catalog, made);
  return made;
}

/** Dependencies of an object, of its columns too when it is asked for as a whole. */
export function dependenciesOf(catalog: Catalog, object: ObjectAddress): readonly Dependency[] {
  const rows = indexOf(catalog).byObject.get(keyOf(object)) ?? [];
  return object.subId === 0 ? rows : rows.filter((row) => row.object.subId === object.subId);
}

/** Rows that refer to an object, or to a column of it when it is asked for as a whole. */
export function dependentsOf(catalog: Catalog, object: ObjectAddress): readonly Dependency[] {
  const rows = indexOf(catalog).byReferenced.get(keyOf(object)) ?? [];
  return object.subId === 0 ? rows : rows.filter((row) => row.on.subId === object.subId);
}

/** An array type is made right before the type of its elements. */
function age({ classId, objectId }: ObjectAddress): number {
  const element = classId === CLASS.type ? elementOfArrayOid(objectId) : undefined;
  return element === undefined ? objectId : element - 0.5;
}

/** object_address_comparator: newest first, whole objects before their columns. */
function compareAddresses(a: ObjectAddress, b: ObjectAddress): number {
  return age(b) - age(a) || a.classId - b.classId || a.subId - b.subId;
}

interface Held {
  readonly address: ObjectAddress;
  readonly reasons: Set<Reason>;
}

/** Whether one of `list` is the object or the whole of it; adds the reason to it. */
function present(object: ObjectAddress, reasons: readonly Reason[], list: Iterable<Held>): boolean {
  let found = false;
  for (const each of list) {
    if (!sameObject(each.address, object)) continue;
    if (each.address.subId === object.subId) {
      for (const reason of reasons) each.reasons.add(reason);
      found = true;
    } else if (each.address.subId === 0) found = true;
    else if (object.subId === 0 && reasons.length > 0) {
      for (const reason of [...reasons, "subobject"] as const) each.reasons.add(reason);
    }
  }
  return found;
}

function* frames(stack: Frame | undefined): Iterable<Frame> {
  for (let each = stack; each !== undefined; each = each.next) yield each;
}

class Finder {
  readonly targets: DropTarget[] = [];
  readonly #catalog: Catalog;
  readonly #pending: readonly ObjectAddress[];

  constructor(catalog: Catalog, pending: readonly ObjectAddress[]) {
    this.#catalog = catalog;
    this.#pending = pending;
  }

  find(object: ObjectAddress, reason: Reason, stack: Frame | undefined): void {
    if (present(object, [reason], frames(stack))) return;
    if (present(object, [reason], this.targets)) return;
    if (this.#ownerHandled(object, reason, stack)) return;
    const frame: Frame = { address: object, reasons: new Set([reason]), next: stack };
    for (const { address, reason: own } of this.#dependents(object)) this.find(address, own, frame);
    this.targets.push({ address: object, reasons: frame.reasons, dependee: stack?.address });
  }

  /** An object that is internal to another one goes with its owner, or not at all. */
  #ownerHandled(object: ObjectAddress, reason: Reason, stack: Frame | undefined): boolean {
    let owner: ObjectAddress | undefined;
    for (const { on, type } of dependenciesOf(this.#catalog, object)) {
      if ((type !== "i" && type !== "e") || (object.subId === 0 && sameObject(on, object)))
        continue;
      if (stack === undefined) {
        if (this.#pending.some((each) => sameObject(each, on) && isWithin(on, each))) return true;
        owner ??= on;
        continue;
      }
      if (present(on, [], frames(stack))) continue;
      this.find(on, "reverse", stack);
      present(object, [reason], this.targets);
      return true;
    }
    if (owner !== undefined) throw new RequiredByOwner(object, owner);
    return false;
  }

  #dependents(
    object: ObjectAddress,
  ): readonly { readonly address: ObjectAddress; readonly reason: Reason }[] {
    return dependentsOf(this.#catalog, object)
      .filter((row) => object.subId !== 0 || !sameObject(row.object, object))
      .map((row) => ({ address: row.object, reason: REASON_OF[row.type] }))
      .toSorted((a, b) => compareAddresses(a.address, b.address));
  }
}

function isWithin(part: ObjectAddress, whole: ObjectAddress): boolean {
  return whole.subId === 0 || whole.subId === part.subId;
}

/** Everything that goes with these objects, what depends on others before them. */
export function findDependents(
  catalog: Catalog,
  objects: readonly ObjectAddress[],
): readonly DropTarget[] {
  const finder = new Finder(catalog, objects);
  for (const object of objects) finder.find(object, "original", undefined);
  return finder.targets;
}
