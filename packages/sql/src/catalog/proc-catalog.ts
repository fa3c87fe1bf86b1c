/** Lookups in pg_proc: by OID and by name. */
import { PG_PROC } from "../catalog-data/pg-proc.ts";
import { lazy } from "./lazy.ts";
import { type CatalogRow, CatalogText } from "./tsv.ts";

/** One row of pg_proc; names follow its columns. */
export interface ProcRow {
  readonly oid: number;
  readonly name: string;
  readonly namespace: number;
  /** Of a user's function that is called. */
  readonly schemaName?: string | undefined;
  readonly language: number;
  readonly cost: number;
  readonly rows: number;
  /** Element type of the VARIADIC parameter, 0 when there is none. */
  readonly variadic: number;
  /** prokind: f function, p procedure, a aggregate, w window function. */
  readonly kind: string;
  readonly strict: boolean;
  readonly returnsSet: boolean;
  readonly volatility: "immutable" | "stable" | "volatile";
  readonly defaultCount: number;
  readonly returnType: number;
  /** Input parameters only. */
  readonly argTypes: readonly number[];
  /** All parameters with their modes (i, o, b, v, t), when there are OUT ones. */
  readonly allArgTypes: readonly number[] | null;
  readonly argModes: readonly string[] | null;
  readonly argNames: readonly string[] | null;
  /** SQL text of the last `defaultCount` input parameters' defaults. */
  readonly argDefaults: readonly string[];
  /** Key of the implementation registry for C functions. */
  readonly source: string;
  readonly body: string | null;
}

const VOLATILITY = { i: "immutable", s: "stable", v: "volatile" } as const;

/** Commas inside quotes and parentheses do not separate defaults. */
function splitDefaults(defaults: string | null): readonly string[] {
  if (defaults === null) return [];
  const pattern = /(?:'(?:[^']|'')*'|\((?:[^()']|'(?:[^']|'')*')*\)|[^,'(])+/g;
  return (defaults.match(pattern) ?? []).map((each) => each.trim());
}

function volatilityOf(letter: string): ProcRow["volatility"] {
  return letter === "i" || letter === "s" ? VOLATILITY[letter] : VOLATILITY.v;
}

function toProcRow(row: CatalogRow): ProcRow {
  const modes = row.list("proargmodes");
  return {
    oid: row.number("oid"),
    name: row.text("proname"),
    namespace: row.number("pronamespace"),
    language: row.number("prolang"),
    cost: row.number("procost"),
    rows: row.number("prorows"),
    variadic: row.number("provariadic"),
    kind: row.text("prokind"),
    strict: row.flag("proisstrict"),
    returnsSet: row.flag("proretset"),
    volatility: volatilityOf(row.text("provolatile")),
    defaultCount: row.number("pronargdefaults"),
    returnType: row.number("prorettype"),
    argTypes: row.oids("proargtypes"),
    allArgTypes: row.list("proallargtypes")?.map(Number) ?? null,
    argModes: modes,
    argNames: row.list("proargnames"),
    argDefaults: splitDefaults(row.get("proargdefaults")),
    source: row.text("prosrc"),
    body: row.get("prosqlbody"),
  };
}

const text = lazy(() => new CatalogText(PG_PROC));
const byOid = lazy(() => text().indexBy("oid"));
const byName = lazy(() => text().indexBy("proname"));
const cache = new Map<number, ProcRow>();
const nameCache = new Map<string, readonly ProcRow[]>();

function procAt(line: number): ProcRow {
  const row = toProcRow(text().row(line));
  const cached = cache.get(row.oid);
  if (cached !== undefined) return cached;
  cache.set(row.oid, row);
  return row;
}

export function procByOid(oid: number): ProcRow | undefined {
  const cached = cache.get(oid);
  if (cached !== undefined) return cached;
  const line = byOid().get(String(oid))?.[0];
  return line === undefined ? undefined : procAt(line);
}

/** Built-in functions of that name, in the order of their OIDs. */
export function procsByName(name: string): readonly ProcRow[] {
  const cached = nameCache.get(name);
  if (cached !== undefined) return cached;
  const rows = (byName().get(name) ?? []).map(procAt);
  // Names come from users: only those that exist are kept, so the cache is bounded.
  if (rows.length > 0) nameCache.set(name, rows);
  return rows;
}

/** As procByOid, for OIDs that come from a bound tree. */
export function requireProc(oid: number): ProcRow {
  const row = procByOid(oid);
  if (row === undefined) throw new Error(`pg_proc has no entry ${oid}`);
  return row;
}
