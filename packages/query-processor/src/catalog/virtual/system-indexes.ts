/**
 * Indexes and constraints of PostgreSQL's own relations, as its catalogs describe them. Nothing is
 * looked up in such an index here: relations of pg_catalog are computed.
 */
import type { Datum } from "@firstlight/sql";
import { systemListing } from "@firstlight/sql";
import { BOOTSTRAP_SUPERUSER, PG_CATALOG_OID } from "../builtin-objects.ts";
import { int2Array, int2Vector, oidVector } from "./arrays.ts";
import type { SystemColumn } from "./system-relations.ts";
import { systemRelationByOid } from "./system-relations.ts";
import type { NamedRow } from "./virtual-table.ts";

export interface SystemIndex {
  readonly oid: number;
  readonly name: string;
  readonly relation: number;
  readonly unique: boolean;
  readonly primary: boolean;
  readonly keys: readonly number[];
  readonly collations: readonly number[];
  readonly classes: readonly number[];
  readonly options: readonly number[];
  readonly definition: string;
}

export interface SystemConstraint {
  readonly oid: number;
  readonly definition: string;
  readonly pretty: string;
  readonly row: NamedRow;
}

function readIndexes(): ReadonlyMap<number, SystemIndex> {
  const indexes = systemListing("system_indexes")
    .rows()
    .map((row) => ({
      oid: row.number("indexrelid"),
      name: row.text("relname"),
      relation: row.number("indrelid"),
      unique: row.flag("indisunique"),
      primary: row.flag("indisprimary"),
      keys: row.oids("indkey"),
      collations: row.oids("indcollation"),
      classes: row.oids("indclass"),
      options: row.oids("indoption"),
      definition: row.text("definition"),
    }));
  return new Map(indexes.map((each) => [each.oid, each]));
}

function readConstraints(): ReadonlyMap<number, SystemConstraint> {
  const constraints = systemListing("system_constraints")
    .rows()
    .map((row) => {
      const keys = row.list("conkey");
      return {
        oid: row.number("oid"),
        definition: row.text("definition"),
        pretty: row.text("pretty"),
        row: {
          oid: row.number("oid"),
          conname: row.text("conname"),
          connamespace: row.number("connamespace"),
          contype: row.text("contype"),
          conrelid: row.number("conrelid"),
          contypid: row.number("contypid"),
          conindid: row.number("conindid"),
          conkey: keys === null ? null : int2Array(keys.map(Number)),
          connoinherit: row.text("contype") !== "c",
        },
      };
    });
  return new Map(constraints.map((each) => [each.oid, each]));
}

let indexes: ReadonlyMap<number, SystemIndex> | undefined;
let constraints: ReadonlyMap<number, SystemConstraint> | undefined;
let indexNames: ReadonlyMap<string, number> | undefined;
let indexed: ReadonlySet<number> | undefined;

export function systemIndexes(): ReadonlyMap<number, SystemIndex> {
  indexes ??= readIndexes();
  return indexes;
}

export function systemConstraints(): ReadonlyMap<number, SystemConstraint> {
  constraints ??= readConstraints();
  return constraints;
}

export function systemIndexByName(name: string): number | undefined {
  indexNames ??= new Map(Array.from(systemIndexes().values(), (each) => [each.name, each.oid]));
  return indexNames.get(name);
}

export function hasSystemIndex(relation: number): boolean {
  indexed ??= new Set(Array.from(systemIndexes().values(), (each) => each.relation));
  return indexed.has(relation);
}

/** The columns of the relation that the index is over, in its order. */
export function systemIndexColumns({ relation, keys }: SystemIndex): readonly SystemColumn[] {
  const columns = systemRelationByOid(relation)?.columns ?? [];
  return keys.flatMap((key) => columns[key - 1] ?? []);
}

const BTREE = 403;

export function systemIndexClassRow(index: SystemIndex): Record<string, Datum> {
  return {
    oid: index.oid,
    relname: index.name,
    relnamespace: PG_CATALOG_OID,
    relowner: BOOTSTRAP_SUPERUSER,
    relam: BTREE,
    relkind: "i",
    relnatts: index.keys.length,
    relisshared: systemRelationByOid(index.relation)?.shared ?? false,
  };
}

export function systemIndexRow(index: SystemIndex): NamedRow {
  return {
    indexrelid: index.oid,
    indrelid: index.relation,
    indnatts: index.keys.length,
    indnkeyatts: index.keys.length,
    indisunique: index.unique,
    indnullsnotdistinct: false,
    indisprimary: index.primary,
    indisexclusion: false,
    indimmediate: true,
    indisclustered: false,
    indisvalid: true,
    indcheckxmin: false,
    indisready: true,
    indislive: true,
    indisreplident: false,
    indkey: int2Vector(index.keys),
    indcollation: oidVector(index.collations),
    indclass: oidVector(index.classes),
    indoption: int2Vector(index.options),
    indexprs: null,
    indpred: null,
  };
}
