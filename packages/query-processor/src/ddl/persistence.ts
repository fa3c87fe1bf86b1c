/** SET LOGGED and SET UNLOGGED, of a table with the sequences that it owns (ATPrepChangePersistence). */
import { SqlError } from "@firstlight/common";
import { isTemporaryOid } from "../catalog/builtin-objects.ts";
import type { CatalogObject, SequenceDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import { referencesTo } from "../catalog/foreign-keys.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf } from "./ddl-context.ts";

type Kept = TableDescriptor | SequenceDescriptor;

function refuseTemporary({ oid, name }: Kept): void {
  if (!isTemporaryOid(oid)) return;
  const text = `cannot change logged status of table "${name}" because it is temporary`;
  throw new SqlError("42P16", text);
}

function withPersistence<T extends Kept>(object: T, isLogged: boolean): T {
  const { unlogged: _, ...rest } = object;
  return (isLogged ? rest : { ...rest, unlogged: true }) as T;
}

function isUnlogged(object: CatalogObject | undefined): boolean {
  return object?.kind === "table" && object.unlogged === true;
}

/** What is logged refers to nothing that is not. */
function refuseReferences(context: DdlContext, table: TableDescriptor, isLogged: boolean): void {
  const image = imageOf(context);
  const others = isLogged
    ? (table.foreignKeys ?? []).map(({ parent }) => image.objects.get(parent))
    : referencesTo(image, table.oid).map(({ child }) => child);
  for (const other of others) {
    if (other?.kind !== "table" || other.oid === table.oid) continue;
    if (isUnlogged(other) !== isLogged) continue;
    const [status, kind] = isLogged ? ["logged", "unlogged"] : ["unlogged", "logged"];
    const text = `could not change table "${table.name}" to ${status} because it references ${kind} table "${other.name}"`;
    throw new SqlError("42P16", text);
  }
}

export function setSequenceLogged(
  context: DdlContext,
  sequence: SequenceDescriptor,
  isLogged: boolean,
): void {
  refuseTemporary(sequence);
  applyChanges(context, [{ put: withPersistence(sequence, isLogged) }]);
}

export function setLogged(
  context: DdlContext,
  table: TableDescriptor,
  isLogged: boolean,
): TableDescriptor {
  refuseTemporary(table);
  if ((table.unlogged === true) !== isLogged) return table;
  refuseReferences(context, table, isLogged);
  for (const object of imageOf(context).objects.values()) {
    if (object.kind !== "sequence" || object.ownedBy?.table !== table.oid) continue;
    applyChanges(context, [{ put: withPersistence(object, isLogged) }]);
  }
  return withPersistence(table, isLogged);
}

type Persistence = "permanent" | "temporary" | "unlogged";

function persistenceOf(table: TableDescriptor): Persistence {
  if (isTemporaryOid(table.oid)) return "temporary";
  return table.unlogged === true ? "unlogged" : "permanent";
}

const REFERRED: Readonly<Record<Persistence, readonly Persistence[]>> = {
  permanent: ["permanent"],
  unlogged: ["permanent", "unlogged"],
  temporary: ["temporary"],
};

/** Whether one may have a foreign key to the other. */
export function refuseLessKept(child: TableDescriptor, parent: TableDescriptor): void {
  const own = persistenceOf(child);
  const allowed = REFERRED[own];
  if (allowed.includes(persistenceOf(parent))) return;
  const text = `constraints on ${own} tables may reference only ${allowed.join(" or ")} tables`;
  throw new SqlError("42P16", text);
}
