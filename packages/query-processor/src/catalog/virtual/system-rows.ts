/** Rows of PostgreSQL's own catalogs as values: what pg_type, pg_proc and their kin begin with. */
import type { Datum, SystemCatalogName } from "@firstlight/sql";
import { DEFAULT_FORMAT, findType, oids, systemCatalogText } from "@firstlight/sql";
import { systemRelation, visibleColumn } from "./system-relations.ts";
import type { NamedRow } from "./virtual-table.ts";

const SETTINGS = { ...DEFAULT_FORMAT, now: 0n };

type Reader = (text: string) => Datum;

function readers(name: SystemCatalogName): readonly (readonly [string, Reader])[] {
  const present = systemCatalogText(name).columns;
  return systemRelation(name)
    .columns.filter((column) => present.has(column.name))
    .map((column) => {
      const { type: oid } = visibleColumn(column);
      // Trees are text, which their type reads from nobody.
      const type = oid === oids.PG_NODE_TREE ? undefined : findType(oid);
      return [column.name, (text) => type?.input(text, -1, SETTINGS) ?? text];
    });
}

const known = new Map<SystemCatalogName, readonly NamedRow[]>();

/** One by one: whoever asks first reads their text, and may stop in between. */
export function* eachSystemRow(name: SystemCatalogName): Generator<NamedRow> {
  const cached = known.get(name);
  if (cached !== undefined) {
    yield* cached;
    return;
  }
  const columns = readers(name);
  const text = systemCatalogText(name);
  const rows: NamedRow[] = [];
  for (let at = 0; at < text.length; at++) {
    const row = text.row(at);
    const values: Record<string, Datum> = {};
    for (const [column, read] of columns) {
      const field = row.get(column);
      values[column] = field === null ? null : read(field);
    }
    rows.push(values);
    yield values;
  }
  known.set(name, rows);
}

export function systemRows(name: SystemCatalogName): readonly NamedRow[] {
  return known.get(name) ?? [...eachSystemRow(name)];
}

const oidSets = new Map<SystemCatalogName, ReadonlySet<Datum>>();

/** The OIDs of PostgreSQL's own rows. */
export function systemRowOids(name: SystemCatalogName): ReadonlySet<Datum> {
  let found = oidSets.get(name);
  if (found === undefined) {
    found = new Set(systemRows(name).map((row) => row["oid"] ?? null));
    oidSets.set(name, found);
  }
  return found;
}
