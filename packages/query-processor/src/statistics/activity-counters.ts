/**
 * What this query processor has done since it started: scans and rows per relation, written rows per
 * table, ends of transactions per database. Counters only grow and are never stored. Attempts count:
 * what was rolled back, or ran again, is in them, as in PostgreSQL's.
 */

import { FIRST_DATABASE } from "../catalog/builtin-objects.ts";
import type { ChangedRows } from "./changed-rows.ts";

/** Of a table that is read as a whole, or of an index. */
export interface ScanCounters {
  scans: number;
  /** When the last one was begun: microseconds of PostgreSQL's epoch; 0: never. */
  last: number;
  /** Rows, or entries, that storage handed over. */
  rows: number;
  /** Of an index: rows of the table that were read for it. */
  fetched: number;
}

export interface WriteCounters {
  inserted: number;
  updated: number;
  deleted: number;
}

export interface DatabaseCounters {
  committed: number;
  rolledBack: number;
}

/** Undefined: it is not known. */
export function countEnd(
  counters: DatabaseCounters,
  outcome: "committed" | "aborted" | undefined,
): void {
  if (outcome === "committed") counters.committed++;
  else if (outcome === "aborted") counters.rolledBack++;
}

/** `time`: of the statement, in microseconds of PostgreSQL's epoch. */
export function countScans(counters: ScanCounters | undefined, time: bigint, scans = 1): void {
  if (counters === undefined) return;
  counters.scans += scans;
  counters.last = Number(time);
}

/** Relations by what acrossDatabases makes of their OID, databases by theirs. */
export interface ActivityReport {
  readonly scans: readonly (readonly [oid: number, counters: ScanCounters])[];
  readonly writes: readonly (readonly [oid: number, counters: WriteCounters])[];
  readonly databases: readonly (readonly [oid: number, counters: DatabaseCounters])[];
  /** Rows written since a table was analyzed, by storage id. */
  readonly changed: readonly (readonly [storageId: number, rows: number])[];
}

/** Relations counted at a time: those first seen longest ago are forgotten. */
const RELATIONS_MAX = 20_000;
const OIDS = 2 ** 32;
/** Sums of OIDs stay whole numbers. */
const DATABASES_MAX = 2 ** 20;

function counted<T>(known: Map<number, T>, oid: number, fresh: () => T): T {
  const found = known.get(oid);
  if (found !== undefined) return found;
  if (known.size >= RELATIONS_MAX) {
    const [oldest] = known.keys();
    if (oldest !== undefined) known.delete(oldest);
  }
  const made = fresh();
  known.set(oid, made);
  return made;
}

/** OIDs are unique within a database: relations of others than the first are moved out of the way. */
function acrossDatabases(database: number): number {
  return database === FIRST_DATABASE ? 0 : (database % DATABASES_MAX) * OIDS;
}

/** What is counted for one database. */
export interface RelationActivity {
  /** Of a table or an index. */
  scansOf(oid: number): ScanCounters;
  writesOf(table: number): WriteCounters;
}

export class ActivityCounters {
  readonly #scans = new Map<number, ScanCounters>();
  readonly #writes = new Map<number, WriteCounters>();
  readonly #databases = new Map<number, DatabaseCounters>();
  readonly #relations = new Map<number, RelationActivity>();
  readonly #changed: Pick<ChangedRows, "counts">;

  constructor(changed: Pick<ChangedRows, "counts">) {
    this.#changed = changed;
  }

  in(database: number): RelationActivity {
    return counted(this.#relations, database, () => this.#relationsOf(database));
  }

  #relationsOf(database: number): RelationActivity {
    const base = acrossDatabases(database);
    return {
      scansOf: (oid) =>
        counted(this.#scans, base + oid, () => ({ scans: 0, last: 0, rows: 0, fetched: 0 })),
      writesOf: (table) =>
        counted(this.#writes, base + table, () => ({ inserted: 0, updated: 0, deleted: 0 })),
    };
  }

  database(oid: number): DatabaseCounters {
    return counted(this.#databases, oid, () => ({ committed: 0, rolledBack: 0 }));
  }

  report(): ActivityReport {
    return {
      scans: [...this.#scans],
      writes: [...this.#writes],
      databases: [...this.#databases],
      changed: [...this.#changed.counts()],
    };
  }
}

function sum<T extends object>(
  lists: readonly (readonly (readonly [number, T])[])[],
): Map<number, T> {
  const sums = new Map<number, T>();
  for (const list of lists) {
    for (const [oid, counters] of list) sums.set(oid, added(sums.get(oid), counters));
  }
  return sums;
}

function added<T extends object>(known: T | undefined, more: T): T {
  if (known === undefined) return more;
  const both = Object.entries(more).map(([name, value]) => {
    const other = Number(Reflect.get(known, name));
    return [name, name === "last" ? Math.max(Number(value), other) : Number(value) + other];
  });
  return Object.fromEntries(both) as T;
}

export interface ActivitySums {
  readonly scans: ReadonlyMap<number, ScanCounters>;
  readonly writes: ReadonlyMap<number, WriteCounters>;
  readonly databases: ReadonlyMap<number, DatabaseCounters>;
  readonly changed: ReadonlyMap<number, number>;
}

/** Those of one database, by OID. */
function within<T>(database: number, sums: ReadonlyMap<number, T>): ReadonlyMap<number, T> {
  const base = acrossDatabases(database);
  const own = [...sums].filter(([relation]) => relation >= base && relation < base + OIDS);
  return new Map(own.map(([relation, counters]) => [relation - base, counters]));
}

/** Relations as they are known in the database. */
export function activityIn(database: number, sums: ActivitySums): ActivitySums {
  const { scans, writes } = sums;
  return { ...sums, scans: within(database, scans), writes: within(database, writes) };
}

export function sumOfReports(reports: readonly ActivityReport[]): ActivitySums {
  const changed = new Map<number, number>();
  for (const [storage, rows] of reports.flatMap((each) => each.changed)) {
    changed.set(storage, (changed.get(storage) ?? 0) + rows);
  }
  return {
    scans: sum(reports.map((each) => each.scans)),
    writes: sum(reports.map((each) => each.writes)),
    databases: sum(reports.map((each) => each.databases)),
    changed,
  };
}
