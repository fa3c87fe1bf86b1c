/**
 * Whether a referential action may be taken out of turn: only if it, and all that follows from it,
 * deletes rows or clears columns that nothing else looks at, and can meet no error. Then what is left
 * does not depend on the order. Any other action depends on what was done before: a row that is still
 * there may violate a constraint when a column of it is set.
 */
import { isDomainType, typeByOid } from "@firstlight/sql";
import type { Catalog } from "../../catalog/catalog.ts";
import type { IndexDescriptor, ReferentialAction } from "../../catalog/descriptors.ts";
import type { Reference } from "../../catalog/foreign-keys.ts";
import { referencesTo } from "../../catalog/foreign-keys.ts";
import { allIndexes } from "../../catalog/table-indexes.ts";
import type { ParentChange } from "./referential-action.ts";

/** What a parent's row undergoes. */
type Event = "delete" | "update";

function actionAt({ key }: Reference, event: Event): ReferentialAction {
  return event === "delete" ? key.onDelete : key.onUpdate;
}

/** Entries of a row with NULLs are made of columns alone, and exclude nothing. */
function isIndifferent(index: IndexDescriptor): boolean {
  const isPlain = index.columns.every(({ expression }) => expression === undefined);
  return isPlain && index.predicate === undefined && (!index.unique || index.nullsDistinct);
}

/** Whether its columns can be NULL whatever the row is like, and nobody refers to them. */
function canBeCleared(catalog: Catalog, { child, key }: Reference, event: Event): boolean {
  const { columns, checks, foreignKeys = [] } = child;
  const cleared = event === "delete" ? (key.setColumns ?? key.columns) : key.columns;
  const isShared = (numbers: readonly number[]): boolean =>
    numbers.some((number) => cleared.includes(number));
  if (checks.length > 0 || columns.some(({ generated }) => generated !== undefined)) return false;
  if (
    columns.some(({ number, notNull, type }) => {
      return cleared.includes(number) && (notNull || isDomainType(typeByOid(type)));
    })
  )
    return false;
  if (!allIndexes(child).every(isIndifferent)) return false;
  const isOwn = foreignKeys.every(
    (each) => each.match === "simple" && (each.oid === key.oid || !isShared(each.columns)),
  );
  return (
    isOwn && !referencesTo(catalog, child.oid).some((each) => isShared(each.key.parentColumns))
  );
}

/** What follows where a row of the child goes; undefined where the action does not commute. */
function followers(
  catalog: Catalog,
  reference: Reference,
  event: Event,
): readonly Reference[] | undefined {
  const action = actionAt(reference, event);
  if (action === "noAction") return [];
  if (action === "setNull") return canBeCleared(catalog, reference, event) ? [] : undefined;
  if (action !== "cascade" || event === "update") return undefined;
  return referencesTo(catalog, reference.child.oid);
}

function commutes(catalog: Catalog, reference: Reference, event: Event): boolean {
  const all = followers(catalog, reference, event);
  if (all === undefined) return false;
  const reached = new Set(all);
  for (const each of reached) {
    const next = followers(catalog, each, "delete");
    if (next === undefined) return false;
    for (const further of next) reached.add(further);
  }
  return true;
}

export class CommutingActions {
  readonly #catalog: Catalog;
  readonly #known: Readonly<Record<Event, Map<Reference, boolean>>> = {
    delete: new Map(),
    update: new Map(),
  };

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  has({ reference, next }: ParentChange): boolean {
    const event = next === undefined ? "delete" : "update";
    const known = this.#known[event];
    let answer = known.get(reference);
    if (answer === undefined) {
      answer = commutes(this.#catalog, reference, event);
      known.set(reference, answer);
    }
    return answer;
  }
}
