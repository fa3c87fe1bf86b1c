/** What drivers, ORMs and tools learn of a schema is what PostgreSQL 16 tells them. */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BothDatabases } from "./both-databases.ts";
import { comparisonUnavailable, startBoth } from "./both-databases.ts";
import { INTROSPECTIONS } from "./introspection-queries.ts";

const unavailable = comparisonUnavailable();
if (unavailable !== undefined) console.warn(`introspection is not compared: ${unavailable}`);

const OID_TYPES = new Set([26, 2205]);
const FIRST_USER_OID = 16384;

interface Answer {
  readonly columns: readonly string[];
  readonly rows: readonly string[];
}

/** OIDs of user objects differ from database to database; so does the order of unsorted rows. */
async function answerOf(client: pg.Client, sql: string): Promise<Answer> {
  const result = await client.query<(string | null)[]>({
    text: sql,
    rowMode: "array",
    types: { getTypeParser: () => (text: string | Buffer) => text },
  });
  const isOid = result.fields.map((field) => OID_TYPES.has(field.dataTypeID));
  const rows = result.rows.map((row) =>
    row.map((value, at) =>
      isOid[at] === true && value !== null && Number(value) >= FIRST_USER_OID ? "an OID" : value,
    ),
  );
  return {
    columns: result.fields.map(
      (field) => `${field.name} ${field.dataTypeID} ${field.dataTypeModifier}`,
    ),
    rows: rows.map((row) => JSON.stringify(row)).toSorted(),
  };
}

describe.skipIf(unavailable !== undefined)("introspection", () => {
  let both: BothDatabases;
  beforeAll(async () => {
    both = await startBoth();
  });
  afterAll(() => both.stop());

  it.each(INTROSPECTIONS)("tells $tool about $asks as PostgreSQL does", async (introspection) => {
    const expected = await answerOf(both.postgres, introspection.sql);
    const actual = await answerOf(both.firstlight, introspection.sql);
    expect(actual.columns).toEqual(expected.columns);
    if (introspection.differs === undefined) expect(actual.rows).toEqual(expected.rows);
    else expect(actual.rows).not.toEqual(expected.rows);
  });
});
