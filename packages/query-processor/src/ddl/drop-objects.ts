/**
 * Drops objects with everything that goes with them: finds it, refuses or reports it in PostgreSQL's
 * words (reportDependentObjects), and then takes it out of the schema in one change.
 */
import { nextOnlineStep } from "../catalog/online-steps.ts";
import { withoutIndexes } from "../catalog/table-indexes.ts";
import { SqlError } from "@firstlight/common";
import { isUserType, oids } from "@firstlight/sql";
import { FIRST_USER_OID } from "../catalog/builtin-objects.ts";
import type { CatalogChange } from "../catalog/catalog-image.ts";
import { describeObject } from "../catalog/dependencies/object-description.ts";
import type { DropTarget } from "../catalog/dependencies/find-dependents.ts";
import { RequiredByOwner, findDependents } from "../catalog/dependencies/find-dependents.ts";
import type { ObjectAddress } from "../catalog/dependencies/object-address.ts";
import { CLASS } from "../catalog/dependencies/object-address.ts";
import type {
  ColumnDescriptor,
  TableDescriptor,
  TypeDescriptor,
  ViewDescriptor,
} from "../catalog/descriptors.ts";
import { attributeDefaults } from "../catalog/virtual/attribute-defaults.ts";
import { withoutAttribute, withoutCheck } from "./type/type-parts.ts";
import { commentsOf } from "../catalog/virtual/pg-description.ts";
import { rewriteTable } from "./backfill.ts";
import type { DdlContext } from "./ddl-context.ts";
import { submitDropJobs } from "./drop-jobs.ts";
import { applyChanges, imageOf, newOid } from "./ddl-context.ts";
import { refusePending } from "./pending-checks.ts";

export type Behavior = "restrict" | "cascade";

const REPORTED_MAX = 100;
const CASCADE_HINT = "Use DROP ... CASCADE to drop the dependent objects too.";

interface Report {
  readonly lines: string[];
  hidden: number;
}

function add(report: Report, line: string): void {
  if (report.lines.length < REPORTED_MAX) report.lines.push(line);
  else report.hidden++;
}

function detailOf({ lines, hidden }: Report): string {
  if (hidden === 0) return lines.join("\n");
  const noun = hidden === 1 ? "object" : "objects";
  return `${lines.join("\n")}\nand ${hidden} other ${noun} (see server log for list)`;
}

function describe(context: DdlContext, address: ObjectAddress): string {
  return describeObject({ image: imageOf(context), searchPath: context.searchPath }, address);
}

function isSilent({ reasons }: DropTarget): boolean {
  return reasons.has("auto") || reasons.has("internal");
}

function report(
  context: DdlContext,
  targets: readonly DropTarget[],
  behavior: Behavior,
  only: ObjectAddress | undefined,
): void {
  const found: Report = { lines: [], hidden: 0 };
  for (const target of targets.toReversed()) {
    const { address, reasons, dependee } = target;
    if (reasons.has("original") || reasons.has("subobject") || isSilent(target)) continue;
    const what = describe(context, address);
    if (behavior === "cascade") add(found, `drop cascades to ${what}`);
    else
      add(found, `${what} depends on ${dependee === undefined ? "" : describe(context, dependee)}`);
  }
  const count = found.lines.length + found.hidden;
  if (count === 0) return;
  if (behavior === "restrict") {
    const what = only === undefined ? "desired object(s)" : describe(context, only);
    const them = only === undefined ? "them" : "it";
    throw new SqlError("2BP01", `cannot drop ${what} because other objects depend on ${them}`, {
      detail: detailOf(found),
      hint: CASCADE_HINT,
    });
  }
  const [first = ""] = found.lines;
  if (count === 1) context.session.notice("NOTICE", "00000", first);
  else {
    const text = `drop cascades to ${count} other objects`;
    context.session.notice("NOTICE", "00000", text, { detail: detailOf(found) });
  }
}

function targetsOf(context: DdlContext, objects: readonly ObjectAddress[]): readonly DropTarget[] {
  try {
    return findDependents(imageOf(context), objects);
  } catch (error) {
    if (!(error instanceof RequiredByOwner)) throw error;
    const owner = describe(context, error.owner);
    throw new SqlError(
      "2BP01",
      `cannot drop ${describe(context, error.object)} because ${owner} requires it`,
      { hint: `You can drop ${owner} instead.` },
    );
  }
}

/** The schema while objects are taken out of it. */
class Removal {
  readonly #context: DdlContext;
  readonly #tables = new Map<number, TableDescriptor>();
  readonly #types = new Map<number, TypeDescriptor>();
  readonly #views = new Map<number, ViewDescriptor>();
  readonly #gone = new Set<number>();

  constructor(context: DdlContext) {
    this.#context = context;
  }

  #change(oid: number, edit: (table: TableDescriptor) => TableDescriptor): void {
    const object = this.#tables.get(oid) ?? imageOf(this.#context).objects.get(oid);
    if (object?.kind === "table") this.#tables.set(oid, edit(object));
  }

  #everyTable(edit: (table: TableDescriptor) => TableDescriptor): void {
    for (const object of imageOf(this.#context).objects.values()) {
      if (object.kind !== "table") continue;
      const current = this.#tables.get(object.oid) ?? object;
      const edited = edit(current);
      if (edited !== current) this.#tables.set(object.oid, edited);
    }
  }

  #everyType(edit: (type: TypeDescriptor) => TypeDescriptor): void {
    for (const object of imageOf(this.#context).objects.values()) {
      if (object.kind !== "type") continue;
      const current = this.#types.get(object.oid) ?? object;
      const edited = edit(current);
      if (edited !== current) this.#types.set(object.oid, edited);
    }
  }

  remove(address: ObjectAddress): void {
    const { classId, objectId, subId } = address;
    if (classId === CLASS.relation && subId > 0) {
      this.#change(objectId, (table) => withoutColumn(table, subId));
      this.#everyType((type) => withoutAttribute(type, objectId, subId));
    } else if (classId === CLASS.relation) this.#relation(objectId);
    else if (classId === CLASS.constraint) {
      this.#everyTable((table) => withoutConstraint(table, objectId));
      this.#everyType((type) => withoutCheck(type, objectId));
    } else if (classId === CLASS.default) this.#default(objectId);
    else this.#whole(objectId);
  }

  #whole(oid: number): void {
    if (imageOf(this.#context).objects.has(oid)) this.#gone.add(oid);
  }

  #relation(oid: number): void {
    this.#whole(oid);
    if (this.#gone.has(oid)) return;
    this.#everyTable((table) => withoutIndexes(table, (index) => index.oid === oid));
  }

  #default(oid: number): void {
    const found = attributeDefaults(imageOf(this.#context)).find((each) => each.oid === oid);
    if (found === undefined || found.column.generated !== undefined) return;
    const { number } = found.column;
    this.#change(found.table.oid, (table) => editColumn(table, number, withoutDefault));
    const view = imageOf(this.#context).objects.get(found.table.oid);
    if (view?.kind === "view") this.#viewDefault(view, number);
  }

  #viewDefault(view: ViewDescriptor, number: number): void {
    const current = this.#views.get(view.oid) ?? view;
    const columns = current.columns.map((column, at) => {
      const { default: _, ...bare } = column;
      return at + 1 === number ? bare : column;
    });
    this.#views.set(view.oid, { ...current, columns });
  }

  removeComments(addresses: readonly ObjectAddress[]): void {
    for (const { oid, about } of commentsOf(imageOf(this.#context))) {
      const [classId, objectId, subId] = about;
      const goes = addresses.some(
        (each) =>
          each.classId === classId &&
          each.objectId === objectId &&
          (each.subId === 0 || each.subId === subId),
      );
      if (goes) this.#gone.add(oid);
    }
  }

  /** Tables that lost the key by which their rows are ordered get their rows written anew. */
  async finish(isOnline: boolean): Promise<void> {
    const before = imageOf(this.#context);
    const changes: CatalogChange[] = [...this.#gone].map((oid) =>
      oid < FIRST_USER_OID ? { put: { kind: "goneSchema", oid } } : { drop: oid },
    );
    for (const [oid, table] of this.#tables) {
      if (this.#gone.has(oid)) continue;
      const old = before.objects.get(oid);
      const rewrite = old?.kind === "table" && keyed(old) && !keyed(table);
      const put = rewrite
        ? { ...table, storageId: await newOid(this.#context) }
        : isOnline
          ? nextOnlineStep(table, {})
          : table;
      if (rewrite) await rewriteTable(this.#context, old, put);
      changes.push({ put });
    }
    for (const [oid, put] of this.#views) if (!this.#gone.has(oid)) changes.push({ put });
    for (const [oid, put] of this.#types) if (!this.#gone.has(oid)) changes.push({ put });
    if (changes.length > 0) applyChanges(this.#context, changes);
  }
}

function keyed(table: TableDescriptor): boolean {
  return table.indexes.some((index) => index.number === 0);
}

function withoutConstraint(table: TableDescriptor, oid: number): TableDescriptor {
  if (table.checks.some((check) => check.oid === oid)) {
    return { ...table, checks: table.checks.filter((check) => check.oid !== oid) };
  }
  const keys = table.foreignKeys;
  if (keys?.some((key) => key.oid === oid) === true) {
    return { ...table, foreignKeys: keys.filter((key) => key.oid !== oid) };
  }
  return withoutIndexes(table, (index) => index.constraint?.oid === oid);
}

function editColumn(
  table: TableDescriptor,
  number: number,
  edit: (column: ColumnDescriptor) => ColumnDescriptor,
): TableDescriptor {
  const columns = table.columns.map((each) => (each.number === number ? edit(each) : each));
  return { ...table, columns };
}

function withoutDefault(column: ColumnDescriptor): ColumnDescriptor {
  const { default: _, sequence, ...bare } = column;
  return column.identity === undefined || sequence === undefined ? bare : { ...bare, sequence };
}

function withoutColumn(table: TableDescriptor, number: number): TableDescriptor {
  const uses = (numbers: readonly number[]): boolean => numbers.includes(number);
  const kept = withoutIndexes(
    table,
    (index) => uses(index.columns.map((each) => each.column)) || uses(index.include),
  );
  return editColumn(kept, number, (column) => {
    const { default: _, generated: __, identity: ___, sequence: ____, ...bare } = column;
    const name = `........pg.dropped.${number}........`;
    // The type may go too; nobody reads the values of a dropped column.
    const type = isUserType(bare.type) ? oids.BYTEA : bare.type;
    return { ...bare, name, type, notNull: false, dropped: true };
  });
}

/**
 * DROP of these objects; 2BP01 when others depend on them and CASCADE was not said. `isOnline`: they
 * are indexes, and writers that still know them are not refused.
 */
function refusePendingDrop(context: DdlContext, { classId, objectId, subId }: ObjectAddress): void {
  const object = imageOf(context).objects.get(objectId);
  const isTable = classId === CLASS.relation && subId === 0 && object?.kind === "table";
  if (isTable) refusePending(context, object, "DROP TABLE");
}

export async function dropObjects(
  context: DdlContext,
  objects: readonly ObjectAddress[],
  behavior: Behavior,
  isOnline = false,
): Promise<void> {
  if (objects.length === 0) return;
  const targets = targetsOf(context, objects);
  report(context, targets, behavior, objects.length === 1 ? objects[0] : undefined);
  const before = imageOf(context);
  for (const { address } of targets) refusePendingDrop(context, address);
  const removal = new Removal(context);
  for (const { address } of targets) removal.remove(address);
  removal.removeComments(targets.map((target) => target.address));
  await removal.finish(isOnline);
  if (!before.profile.isDsql) return;
  submitDropJobs(
    context,
    before,
    targets.map((target) => target.address),
  );
}
