/** Kysely: migrations without its advisory lock, introspection, queries, transactions, retries. */
import { Kysely, Migrator, PostgresAdapter, PostgresDialect, sql } from "kysely";
import pg from "pg";
import * as checks from "./checks.mjs";

const { check, refused, retrying } = checks;

/** The service has no advisory locks, and one schema change to a transaction. */
class Adapter extends PostgresAdapter {
  get supportsTransactionalDdl() {
    return false;
  }
  async acquireMigrationLock() {}
  async releaseMigrationLock() {}
}
class Dialect extends PostgresDialect {
  createAdapter() {
    return new Adapter();
  }
}
const settings = { pool: new pg.Pool({ ...checks.connection, max: 4 }) };
const db = new Kysely({ dialect: new Dialect(settings) });
const migrations = {
  1: {
    async up(on) {
      await on.schema
        .createTable("person")
        .addColumn("id", "uuid", (c) => c.primaryKey().defaultTo(sql`gen_random_uuid()`))
        .addColumn("name", "varchar(50)", (c) => c.notNull().unique())
        .addColumn("facts", "jsonb")
        .execute();
      await on.schema
        .createTable("pet")
        .addColumn("id", "uuid", (c) => c.primaryKey().defaultTo(sql`gen_random_uuid()`))
        .addColumn("owner", "uuid", (c) => c.references("person.id").onDelete("cascade"))
        .addColumn("name", "text")
        .addUniqueConstraint("pet_names", ["owner", "name"])
        .execute();
      await sql`create index async pet_lower on pet (lower(name))`.execute(on);
      await on.schema.createView("happy").as(on.selectFrom("person").selectAll()).execute();
    },
    async down(on) {
      await on.schema.dropView("happy").execute();
    },
  },
  2: {
    async up(on) {
      await on.schema.alterTable("pet").addColumn("age", "integer").execute();
      await on.schema
        .alterTable("pet")
        .alterColumn("age", (c) => c.setDefault(1))
        .execute();
    },
    async down(on) {
      await on.schema.alterTable("pet").dropColumn("age").execute();
    },
  },
};
try {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  let results = [];
  await retrying(async () => {
    const done = await migrator.migrateToLatest();
    results = [...results, ...(done.results ?? []).filter(({ status }) => status === "Success")];
    if (done.error !== undefined) throw done.error;
  });
  check(
    "migrated",
    results.map(({ migrationName }) => migrationName),
    ["1", "2"],
  );
  const tables = (await db.introspection.getTables()).filter(({ schema }) => schema === "public");
  check("tables", tables.map(({ name }) => name).toSorted(), ["happy", "person", "pet"]);
  const people = await db
    .insertInto("person")
    .values([{ name: "Ann", facts: JSON.stringify({ a: 1 }) }, { name: "Bob" }])
    .returningAll()
    .execute();
  await db
    .insertInto("pet")
    .values([
      { owner: people[0].id, name: "Rex" },
      { owner: people[1].id, name: "Tom", age: 4 },
    ])
    .execute();
  const joined = await db
    .selectFrom("person as p")
    .leftJoin("pet as t", "t.owner", "p.id")
    .select(["p.name as who", "t.name as pet", "t.age"])
    .orderBy("who")
    .execute();
  check("joined", joined, [
    { who: "Ann", pet: "Rex", age: 1 },
    { who: "Bob", pet: "Tom", age: 4 },
  ]);
  const nested = await db
    .selectFrom("person")
    .select((eb) => [
      "name",
      eb
        .selectFrom("pet")
        .select((e) => e.fn.agg("json_agg", ["pet.name"]).as("pets"))
        .whereRef("pet.owner", "=", "person.id")
        .as("pets"),
    ])
    .orderBy("name")
    .execute();
  check("nested", nested, [
    { name: "Ann", pets: ["Rex"] },
    { name: "Bob", pets: ["Tom"] },
  ]);
  const upserted = await db
    .insertInto("person")
    .values({ name: "Bob" })
    .onConflict((oc) => oc.column("name").doUpdateSet({ facts: JSON.stringify({ b: 2 }) }))
    .returning("facts")
    .execute();
  check("upsert", upserted, [{ facts: { b: 2 } }]);
  check("view", (await db.selectFrom("happy").select("name").execute()).length, 2);
  await refused("unique", () => db.insertInto("person").values({ name: "Ann" }).execute(), "23505");
  await refused(
    "index",
    () => db.schema.createIndex("no").on("pet").column("name").execute(),
    "0A000",
  );
  await refused("enum", () => db.schema.createType("mood").asEnum(["a"]).execute(), "0A000");
  await refused(
    "level",
    () =>
      db
        .transaction()
        .setIsolationLevel("serializable")
        .execute((trx) => trx.selectFrom("pet").selectAll().execute()),
    "0A000",
  );
  const tom = (builder) => builder.where("name", "=", "Tom");
  const wasRefused = await checks.interfered(
    (between) =>
      db
        .transaction()
        .setIsolationLevel("repeatable read")
        .execute(async (trx) => {
          const { age } = await tom(trx.selectFrom("pet").select("age")).executeTakeFirstOrThrow();
          await between();
          await tom(trx.updateTable("pet").set({ age: age + 1 })).execute();
        }),
    () => tom(db.updateTable("pet").set({ age: 50 })).execute(),
  );
  check(
    "retried",
    [wasRefused, await tom(db.selectFrom("pet").select("age")).execute()],
    [true, [{ age: 51 }]],
  );
  const locked = await db
    .transaction()
    .execute((trx) => tom(trx.selectFrom("pet").select("name")).forUpdate().execute());
  check("locked", locked, [{ name: "Tom" }]);
  await retrying(async () => {
    const { error } = await migrator.migrateTo("1");
    if (error !== undefined) throw error;
  });
  check(
    "down",
    (await db.introspection.getTables()).find(({ name }) => name === "pet").columns.length,
    3,
  );

  // Its own lock is one that the service does not have.
  const dialect = new PostgresDialect({ pool: new pg.Pool({ ...checks.connection, max: 1 }) });
  const plain = new Kysely({ dialect });
  const locking = new Migrator({ db: plain, provider: { getMigrations: async () => migrations } });
  check("advisory lock", checks.codeOf((await locking.migrateToLatest()).error), "0A000");
  await plain.destroy();
} finally {
  await db.destroy();
  await checks.finish();
}
