/**
 * Makes virtual tables: PostgreSQL's columns with a function that computes the rows. Rows that
 * depend on the catalog only are computed once per catalog image.
 */
import type { Transaction } from "../../transaction/transaction.ts";
import type { MaybePromise } from "@firstlight/common";
import type { Datum, Row } from "@firstlight/sql";
import { oids, typeOid } from "@firstlight/sql";
import type { Catalog, RowsByValue, SessionView, VirtualTable } from "../catalog.ts";
import { systemRelation, visibleColumn } from "./system-relations.ts";

/** A row by column names; columns that are left out are NULL. */
export type NamedRow = Readonly<Record<string, Datum>>;

function tableOf(name: string, eachRow: VirtualTable["eachRow"]): VirtualTable {
  const { oid, schema, columns } = systemRelation(name);
  return { kind: "virtual", oid, name, schema, columns: columns.map(visibleColumn), eachRow };
}

const HOLDS_OIDS: ReadonlySet<number> = new Set([oids.OID, oids.REGTYPE, oids.REGCLASS]);

/** Types in rows go by their OIDs. */
function withOids(value: Datum): Datum {
  if (typeof value === "number") return typeOid(value);
  if (typeof value !== "object" || value === null || !("elements" in value)) return value;
  // Other numbers are values of users: of statistics, for example.
  if (!HOLDS_OIDS.has(value.elementType)) return value;
  const elements = value.elements.map(withOids);
  return { ...value, elements };
}

function toRow(names: readonly string[], values: NamedRow): Row {
  return names.map((name) => withOids(values[name] ?? null));
}

function isRow(values: NamedRow | Row): values is Row {
  return Array.isArray(values);
}

interface Made {
  readonly facts: readonly unknown[];
  readonly rows: readonly Row[];
}

/**
 * Rows of objects that stay the same from one catalog to the next: most of them, whatever changes.
 * They are made of the object, and of the facts, and of nothing else that may change.
 */
export class MadeRows {
  readonly #names: readonly string[];
  readonly #known = new WeakMap<object, Made>();

  constructor(names: readonly string[]) {
    this.#names = names;
  }

  of(object: object, facts: readonly unknown[], make: () => Iterable<NamedRow>): readonly Row[] {
    const known = this.#known.get(object);
    if (known?.facts.every((fact, at) => fact === facts[at]) === true) return known.rows;
    const rows = Array.from(make(), (values) => toRow(this.#names, values));
    this.#known.set(object, { facts, rows });
    return rows;
  }
}

function columnNames(name: string): readonly string[] {
  return systemRelation(name).columns.map((column) => column.name);
}

export function systemTable(
  name: string,
  rows: (catalog: Catalog, made: MadeRows) => Iterable<NamedRow | Row>,
): VirtualTable {
  const names = columnNames(name);
  const madeRows = new MadeRows(names);
  const known = new WeakMap<Catalog, KnownRows>();
  const table = tableOf(name, function* eachRow(catalog) {
    const cached = known.get(catalog);
    if (cached !== undefined) {
      yield* cached.rows;
      return;
    }
    const made: Row[] = [];
    for (const values of rows(catalog, madeRows)) {
      const row = isRow(values) ? values : toRow(names, values);
      made.push(row);
      yield row;
    }
    known.set(catalog, { rows: made, byColumn: new Map() });
  });
  return { ...table, rowsByColumn: (catalog, column) => byColumn(known.get(catalog), column) };
}

interface KnownRows {
  readonly rows: readonly Row[];
  readonly byColumn: Map<number, RowsByValue>;
}

function byColumn(known: KnownRows | undefined, column: number): RowsByValue | undefined {
  if (known === undefined) return undefined;
  const cached = known.byColumn.get(column);
  if (cached !== undefined) return cached;
  const found = new Map<Datum, Row[]>();
  for (const row of known.rows) {
    const value = row[column] ?? null;
    const alike = found.get(value);
    if (alike === undefined) found.set(value, [row]);
    else alike.push(row);
  }
  known.byColumn.set(column, found);
  return found;
}

/** A relation whose rows differ from session to session. */
export function sessionTable(
  name: string,
  rows: (session: SessionView, catalog: Catalog) => Iterable<NamedRow>,
): VirtualTable {
  const names = columnNames(name);
  return tableOf(name, function* eachRow(catalog, session) {
    for (const values of rows(session, catalog)) yield toRow(names, values);
  });
}

/** A relation whose rows tell of the whole cluster, which has to be asked. */
export function clusterTable<T>(
  name: string,
  gather: (session: SessionView, reads: Transaction, catalog: Catalog) => MaybePromise<T>,
  rows: (gathered: T, session: SessionView, catalog: Catalog) => Iterable<NamedRow>,
): VirtualTable {
  const names = columnNames(name);
  const table = tableOf(name, (catalog, session, gathered) =>
    Array.from(rows(gathered as T, session, catalog), (values) => toRow(names, values)),
  );
  return { ...table, gather };
}

/** A relation of a feature that does not exist here. */
export function emptyTable(name: string): VirtualTable {
  return tableOf(name, () => []);
}
