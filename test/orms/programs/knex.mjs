/** Knex and Objection: migrations, schema inspection, queries, relations, transactions. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import knexModule from "knex";
import objection from "objection";
import { connection, failing, print, retrying } from "./report.mjs";

const folder = mkdtempSync(join(tmpdir(), "orms-knex-"));
writeFileSync(
  join(folder, "1_init.mjs"),
  `export async function up(knex) {
  await knex.schema.createSchemaIfNotExists("k");
  await knex.schema.createTable("k_author", (t) => {
    t.increments("id");
    t.string("name", 40).notNullable().unique();
    t.jsonb("facts").defaultTo("{}");
    t.specificType("tags", "text[]");
    t.timestamp("born", { useTz: true });
  });
  await knex.schema.createTable("k_book", (t) => {
    t.bigIncrements("id");
    t.integer("author_id").references("id").inTable("k_author").onDelete("CASCADE").index();
    t.text("title").notNullable();
    t.decimal("price", 8, 2);
    t.enu("kind", ["prose", "verse"]).defaultTo("prose");
    t.unique(["author_id", "title"]);
  });
}
export async function down(knex) {
  await knex.schema.dropTable("k_book");
  await knex.schema.dropTable("k_author");
  await knex.schema.dropSchema("k");
}`,
);
writeFileSync(
  join(folder, "2_more.mjs"),
  `export async function up(knex) {
  await knex.schema.alterTable("k_book", (t) => {
    t.integer("pages").defaultTo(0);
    t.renameColumn("price", "cost");
    t.string("title", 200).alter();
  });
}
export async function down(knex) {
  await knex.schema.alterTable("k_book", (t) => {
    t.dropColumn("pages");
    t.renameColumn("cost", "price");
  });
}`,
);

const knex = knexModule({
  client: "pg",
  connection,
  pool: { min: 0, max: 4 },
  migrations: { directory: folder, loadExtensions: [".mjs"] },
});
const code = (error) => error.code;

try {
  print(
    "migrated",
    (await knex.migrate.latest())[1].map((each) => each.split("/").at(-1)),
  );
  print("status", await knex.migrate.currentVersion());
  print("columns", await knex("k_book").columnInfo());
  print("has", [
    await knex.schema.hasTable("k_book"),
    await knex.schema.hasColumn("k_book", "nope"),
  ]);

  class Author extends objection.Model {
    static tableName = "k_author";
    static jsonAttributes = ["facts"];
    static relationMappings = {
      books: {
        relation: objection.Model.HasManyRelation,
        modelClass: class Book extends objection.Model {
          static tableName = "k_book";
        },
        join: { from: "k_author.id", to: "k_book.author_id" },
      },
    };
  }
  const Bound = Author.bindKnex(knex);
  await Bound.query().insertGraph([
    {
      name: "Ann",
      facts: { a: [1, 2] },
      tags: ["x", "y"],
      books: [
        { title: "One", cost: 1.5 },
        { title: "Two", kind: "verse" },
      ],
    },
    { name: "Bob", books: [{ title: "Three", pages: 7 }] },
  ]);
  print(
    "graph",
    await Bound.query()
      .withGraphFetched("books(order)")
      .modifiers({ order: (q) => void q.orderBy("id") })
      .orderBy("id"),
  );
  print(
    "joined",
    await Bound.query().withGraphJoined("books").orderBy(["k_author.id", "books.id"]),
  );
  await Bound.query().upsertGraph({ id: 1, name: "Anna", books: [{ id: 1, title: "Uno" }] });
  print("upserted", await knex("k_book").orderBy("id"));
  print(
    "conflict",
    await knex("k_author")
      .insert({ name: "Bob", tags: ["z"] })
      .onConflict("name")
      .merge()
      .returning(["id", "tags"]),
  );
  print(
    "aggregate",
    await knex("k_book")
      .select("author_id")
      .count("* as n")
      .sum("pages as p")
      .groupBy("author_id")
      .orderBy("author_id"),
  );
  print(
    "json",
    await knex("k_author")
      .select(knex.jsonExtract("facts", "$.a[1]", "second"))
      .orderBy("id"),
  );
  print("raw", (await knex.raw("select ?::int + ?::int as sum", [1, 2])).rows);
  await failing("unique", () => knex("k_author").insert({ name: "Bob" }), code);
  await failing("foreign key", () => knex("k_book").insert({ author_id: 99, title: "x" }), code);
  await failing("check", () => knex("k_book").insert({ title: "x", kind: "none" }), code);
  await knex.transaction(async (trx) => {
    await trx("k_book").insert({ title: "inside" });
    await trx
      .transaction((inner) =>
        inner("k_book")
          .insert({ title: "inner" })
          .then(() => inner.rollback(new Error("no"))),
      )
      .catch(() => {});
  });
  print("after transactions", await knex("k_book").select("title").orderBy("id"));
  const done = await retrying(async (lost) => {
    return knex.transaction(
      async (trx) => {
        const { pages } = await trx("k_book").where({ title: "Three" }).first("pages");
        if (lost === 0) await knex("k_book").where({ title: "Three" }).update({ pages: 100 });
        await trx("k_book")
          .where({ title: "Three" })
          .update({ pages: pages + 1 });
      },
      { isolationLevel: "repeatable read" },
    );
  }, code);
  print("retried", [done.lost, await knex("k_book").where({ title: "Three" }).first("pages")]);
  print("back", (await knex.migrate.rollback(undefined, true))[1].length);
} finally {
  await knex.destroy();
  rmSync(folder, { recursive: true });
}
