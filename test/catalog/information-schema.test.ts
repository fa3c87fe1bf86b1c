/** The views of information_schema and pg_catalog hold what PostgreSQL 16 has in them. */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BothDatabases } from "./both-databases.ts";
import { comparisonUnavailable, startBoth } from "./both-databases.ts";

const unavailable = comparisonUnavailable();
if (unavailable !== undefined) console.warn(`views are not compared: ${unavailable}`);

/** Columns that name the schema of the object that a row is about. */
const SCHEMA_COLUMNS: readonly string[] = [
  "table_schema",
  "constraint_schema",
  "sequence_schema",
  "schema_name",
  "schemaname",
  "object_schema",
  "specific_schema",
  "trigger_schema",
];

/** Views whose rows differ, and why. */
const DIFFERENT: Readonly<Record<string, string>> = {
  enabled_roles: "there is a role named admin",
  pg_roles: "there is a role named admin",
  pg_user: "there is a role named admin",
};

const CATALOG_VIEWS = ["pg_tables", "pg_indexes", "pg_views", "pg_matviews", "pg_sequences"];

interface View {
  readonly name: string;
  readonly columns: readonly string[];
}

async function viewsOf(client: pg.Client): Promise<readonly View[]> {
  const result = await client.query<View>(
    `select n.nspname || '.' || c.relname as name,
        array_agg(a.attname::text order by a.attnum) as columns
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
      where c.relkind = 'v' and (n.nspname = 'information_schema' and c.relname !~ '^_'
        or c.relname = any ($1)) group by 1 order by 1`,
    [[...CATALOG_VIEWS, "pg_roles", "pg_user"]],
  );
  return result.rows;
}

/** About user objects only; names that PostgreSQL makes of OIDs are not compared. */
async function rowsOf(client: pg.Client, view: View): Promise<pg.QueryArrayResult<unknown[]>> {
  const schema = view.columns.find((column) => SCHEMA_COLUMNS.includes(column));
  const own = `"${schema ?? ""}" not in ('pg_catalog', 'information_schema', 'pg_toast')`;
  const where = schema === undefined ? "" : ` where ${own}`;
  return client.query<unknown[]>({ text: `select * from ${view.name}${where}`, rowMode: "array" });
}

function withoutOids(value: unknown): unknown {
  return typeof value === "string"
    ? value.replace(/\b(?:\d{4,}_)?\d{5}_|_\d{5}\b/gu, "OID_")
    : value;
}

function comparable(result: pg.QueryArrayResult<unknown[]>): unknown {
  return {
    columns: result.fields.map((field) => [field.name, field.dataTypeID, field.dataTypeModifier]),
    rows: result.rows.map((row) => JSON.stringify(row.map(withoutOids))).toSorted(),
  };
}

describe.skipIf(unavailable !== undefined)("system views", () => {
  let both: BothDatabases;
  beforeAll(async () => {
    both = await startBoth();
  });
  afterAll(() => both.stop());

  it("hold what PostgreSQL has in them", async () => {
    const views = await viewsOf(both.postgres);
    expect(views.length).toBeGreaterThan(60);
    expect(await viewsOf(both.firstlight)).toEqual(views);
    for (const view of views) {
      const expected = comparable(await rowsOf(both.postgres, view));
      const actual = comparable(await rowsOf(both.firstlight, view));
      const [, name = ""] = view.name.split(".");
      if (DIFFERENT[name] === undefined) expect(actual, view.name).toEqual(expected);
      else expect(actual, view.name).not.toEqual(expected);
    }
  });

  it("have PostgreSQL's columns with their types, as all system relations do", async () => {
    const query = `select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnum,
        a.attnotnull, a.attlen, a.attalign, a.attstorage
      from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
        and c.relkind in ('r', 'v') and a.attnum > 0
        and c.relname not like 'firstlight%' -- our own
      order by c.relname, a.attnum`;
    const expected = await both.postgres.query(query);
    expect(expected.rows.length).toBeGreaterThan(2000);
    expect((await both.firstlight.query(query)).rows).toEqual(expected.rows);
  });
});
