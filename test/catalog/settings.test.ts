/** Every setting of PostgreSQL 16 is there, described and bounded as there, and takes its default. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BothDatabases } from "./both-databases.ts";
import { comparisonUnavailable, startBoth } from "./both-databases.ts";

const unavailable = comparisonUnavailable();
if (unavailable !== undefined) console.warn(`settings are not compared: ${unavailable}`);

const FACTS =
  "select name, vartype, context, unit, category, short_desc, extra_desc, min_val, max_val, enumvals " +
  "from pg_settings where name not like 'firstlight.%' order by name collate \"C\"";

describe.skipIf(unavailable !== undefined)("settings", () => {
  let both: BothDatabases;

  beforeAll(async () => {
    both = await startBoth();
  });
  afterAll(async () => {
    await both?.stop();
  });

  it("have PostgreSQL's names, types, contexts, bounds and descriptions", async () => {
    const [ours, theirs] = await Promise.all([
      both.firstlight.query(FACTS),
      both.postgres.query(FACTS),
    ]);
    expect(ours.rows).toEqual(theirs.rows);
  });

  it("are the same in SHOW ALL", async () => {
    const names = async (client: BothDatabases["postgres"]): Promise<string[]> => {
      const { rows } = await client.query<{ name: string }>("show all");
      return rows.map(({ name }) => name).filter((name) => !name.startsWith("firstlight."));
    };
    expect(await names(both.firstlight)).toEqual(await names(both.postgres));
  });

  it("can be set to their own value by those who may", async () => {
    const { rows } = await both.firstlight.query<{ name: string; value: string }>(
      "select name, current_setting(name) as value from pg_settings where context in ('user', 'superuser')",
    );
    expect(rows.length).toBeGreaterThan(180);
    for (const { name, value } of rows) {
      await both.firstlight.query("select set_config($1, $2, false)", [name, value]);
    }
  });

  it("that a session cannot set are refused as PostgreSQL refuses them", async () => {
    const { rows } = await both.postgres.query<{ name: string }>(
      "select name from pg_settings where context not in ('user', 'superuser')",
    );
    const refusal = async (client: BothDatabases["postgres"], name: string): Promise<string> =>
      client.query(`set ${name} to default`).then(
        () => "set",
        (error: Error) => error.message,
      );
    for (const { name } of rows) {
      expect(await refusal(both.firstlight, name)).toBe(await refusal(both.postgres, name));
    }
  });
});
