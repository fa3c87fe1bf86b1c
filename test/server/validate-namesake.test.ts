/** VALIDATE CONSTRAINT looks at rows in many transactions: it must mark what it has looked at. */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";

const ADD = "alter table c add constraint fk foreign key (pid) references p not valid";

describe.skipIf(buildMissing() !== undefined)("VALIDATE CONSTRAINT", () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await startDatabase("embedded");
    client = await database.connect();
    await client.query("create table p (id int primary key)");
    await client.query("create table c (id int primary key, pid int)");
    await client.query("insert into p values (1)");
    await client.query("insert into c select g, 1 from generate_series(1, 200000) g");
    await client.query(ADD);
  });
  afterAll(async () => {
    await client?.end();
    await database?.destroy();
  });

  it("I10: does not mark a later constraint of the same name", async () => {
    const other = await database.connect();
    const validation = other.query("alter table c validate constraint fk").then(
      () => "done",
      (error: unknown) => (error as { code?: string }).code,
    );
    const replace = ["alter table c drop constraint fk", "insert into c values (0, 2)", ADD];
    await client.query(`begin; ${replace.join("; ")}; commit`);
    // 42704: it was dropped; done: all rows had been looked at before.
    expect(["42704", "done"]).toContain(await validation);
    const { rows } = await client.query(
      "select convalidated from pg_constraint where conname = 'fk'",
    );
    expect(rows).toEqual([{ convalidated: false }]);
    await other.end();
  });
});
