/** Kysely: schema builder, migrations, introspection, queries, transactions. */
import { Kysely, Migrator, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { connection, failing, print, retrying } from "./report.mjs";

const db = new Kysely({
  dialect: new PostgresDialect({ pool: new pg.Pool({ ...connection, max: 4 }) }),
});
const code = (error) => error.code;
const migrations = {
  1: {
    async up(on) {
      await on.schema.createType("ky_mood").asEnum(["sad", "ok"]).execute();
      await on.schema
        .createTable("ky_person")
        .addColumn("id", "bigint", (c) => c.primaryKey().generatedAlwaysAsIdentity())
        .addColumn("name", "varchar(50)", (c) => c.notNull().unique())
        .addColumn("mood", sql`ky_mood`, (c) => c.defaultTo("ok"))
        .addColumn("facts", "jsonb")
        .execute();
      await on.schema
        .createTable("ky_pet")
        .addColumn("id", "serial", (c) => c.primaryKey())
        .addColumn("owner", "bigint", (c) => c.references("ky_person.id").onDelete("cascade"))
        .addColumn("name", "text")
        .addUniqueConstraint("ky_pet_names", ["owner", "name"])
        .execute();
      await on.schema
        .createIndex("ky_pet_lower")
        .on("ky_pet")
        .expression(sql`lower(name)`)
        .execute();
      await on.schema
        .createView("ky_happy")
        .as(on.selectFrom("ky_person").selectAll().where("mood", "=", "ok"))
        .execute();
    },
    async down(on) {
      await on.schema.dropView("ky_happy").execute();
      await on.schema.dropTable("ky_pet").execute();
      await on.schema.dropTable("ky_person").execute();
      await on.schema.dropType("ky_mood").execute();
    },
  },
  2: {
    async up(on) {
      await on.schema
        .alterTable("ky_pet")
        .addColumn("age", "integer", (c) => c.defaultTo(1).notNull())
        .execute();
      await on.schema
        .alterTable("ky_pet")
        .alterColumn("name", (c) => c.setNotNull())
        .execute();
    },
    async down(on) {
      await on.schema.alterTable("ky_pet").dropColumn("age").execute();
    },
  },
};

try {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const migrated = await migrator.migrateToLatest();
  print("migrated", [migrated.results, migrated.error?.message]);
  print(
    "tables",
    (await db.introspection.getTables()).filter((t) => t.name.startsWith("ky_")),
  );
  const people = await db
    .insertInto("ky_person")
    .values([
      { name: "Ann", facts: JSON.stringify({ a: 1 }) },
      { name: "Bob", mood: "sad" },
    ])
    .returningAll()
    .execute();
  print("inserted", people);
  await db
    .insertInto("ky_pet")
    .values([
      { owner: people[0].id, name: "Rex" },
      { owner: people[1].id, name: "Tom", age: 4 },
    ])
    .execute();
  print(
    "joined",
    await db
      .selectFrom("ky_person as p")
      .leftJoin("ky_pet as t", "t.owner", "p.id")
      .select(["p.name as who", "t.name as pet", "t.age"])
      .orderBy("p.id")
      .execute(),
  );
  print(
    "nested",
    await db
      .selectFrom("ky_person")
      .select((eb) => [
        "name",
        eb
          .selectFrom("ky_pet")
          .select((e) => e.fn.jsonAgg("ky_pet").as("pets"))
          .whereRef("ky_pet.owner", "=", "ky_person.id")
          .as("pets"),
      ])
      .orderBy("id")
      .execute(),
  );
  print(
    "upsert",
    await db
      .insertInto("ky_person")
      .values({ name: "Bob", mood: "ok" })
      .onConflict((oc) => oc.column("name").doUpdateSet({ mood: "ok" }))
      .returning(["name", "mood"])
      .execute(),
  );
  print("view", await db.selectFrom("ky_happy").select("name").orderBy("id").execute());
  print(
    "with",
    await db
      .with("n", (q) => q.selectFrom("ky_pet").select((e) => e.fn.countAll().as("n")))
      .selectFrom("n")
      .selectAll()
      .execute(),
  );
  await failing("unique", () => db.insertInto("ky_person").values({ name: "Ann" }).execute(), code);
  await failing(
    "foreign key",
    () => db.insertInto("ky_pet").values({ owner: 99, name: "x" }).execute(),
    code,
  );
  await failing("not null", () => db.insertInto("ky_pet").values({ name: null }).execute(), code);
  const done = await retrying(
    (lost) =>
      db
        .transaction()
        .setIsolationLevel("repeatable read")
        .execute(async (trx) => {
          const { age } = await trx
            .selectFrom("ky_pet")
            .select("age")
            .where("name", "=", "Tom")
            .executeTakeFirstOrThrow();
          if (lost === 0)
            await db.updateTable("ky_pet").set({ age: 50 }).where("name", "=", "Tom").execute();
          await trx
            .updateTable("ky_pet")
            .set({ age: age + 1 })
            .where("name", "=", "Tom")
            .execute();
        }),
    code,
  );
  print("retried", [
    done.lost,
    await db.selectFrom("ky_pet").select("age").where("name", "=", "Tom").execute(),
  ]);
  const down = await migrator.migrateTo("1");
  print("down", down.results);
  await db.schema.dropView("ky_happy").execute();
  await db.schema.dropTable("ky_pet").execute();
} finally {
  await db.destroy();
}
