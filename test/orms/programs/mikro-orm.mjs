/** MikroORM: schema generator and its diff, unit of work, relations, transactions. */
import { EntitySchema, IsolationLevel, MikroORM, raw } from "@mikro-orm/postgresql";
import { connection, failing, print, retrying } from "./report.mjs";

class Author {}
class Book {}
class Tag {}
const AuthorSchema = new EntitySchema({
  class: Author,
  tableName: "mk_author",
  properties: {
    id: { type: "number", primary: true, autoincrement: true },
    name: { type: "string", length: 40, unique: true },
    mood: { enum: true, items: () => ["sad", "ok"], default: "ok" },
    facts: { type: "json", nullable: true },
    score: { type: "decimal", precision: 8, scale: 2, default: 1.5 },
    books: { kind: "1:m", entity: () => Book, mappedBy: "author", orphanRemoval: true },
  },
});
const BookSchema = new EntitySchema({
  class: Book,
  tableName: "mk_book",
  indexes: [{ properties: ["title", "views"] }],
  properties: {
    id: { type: "bigint", primary: true, autoincrement: true },
    title: { type: "text" },
    views: { type: "integer", default: 0 },
    author: { kind: "m:1", entity: () => Author, deleteRule: "cascade" },
    tags: { kind: "m:n", entity: () => Tag, owner: true },
  },
});
const TagSchema = new EntitySchema({
  class: Tag,
  tableName: "mk_tag",
  properties: { id: { type: "number", primary: true }, label: { type: "string" } },
});
const orm = await MikroORM.init({
  entities: [AuthorSchema, BookSchema, TagSchema],
  host: connection.host,
  port: connection.port,
  user: "postgres",
  dbName: "postgres",
  password: "",
  ensureDatabase: false,
  schemaGenerator: { createForeignKeyConstraints: true, disableForeignKeys: false },
  allowGlobalContext: true,
});
const code = (error) => error.code;
try {
  print("create", await orm.schema.getCreateSchemaSQL());
  await orm.schema.updateSchema();
  print(
    "again",
    (await orm.schema.getUpdateSchemaSQL({ safe: true }))
      .split("\n")
      .filter((l) => l.includes("mk_")),
  );
  const em = orm.em.fork();
  const ann = em.create(Author, { name: "Ann", facts: { a: [1] }, books: [] });
  ann.books.add(
    em.create(Book, { title: "One", author: ann }),
    em.create(Book, { title: "Two", views: 3, author: ann }),
  );
  em.create(Author, { name: "Bob", mood: "sad" });
  ann.books[0].tags.add(
    em.create(Tag, { id: 1, label: "t1" }),
    em.create(Tag, { id: 2, label: "t2" }),
  );
  await em.flush();
  const loaded = await orm.em
    .fork()
    .find(Author, {}, { populate: ["books.tags"], orderBy: { id: "asc", books: { id: "asc" } } });
  print(
    "loaded",
    loaded.map((a) => a.toJSON?.() ?? JSON.parse(JSON.stringify(a))),
  );
  print(
    "where",
    (await orm.em.fork().find(Book, { author: { name: "Ann" }, views: { $gt: 1 } })).map(
      (b) => b.title,
    ),
  );
  print(
    "counted",
    await orm.em
      .fork()
      .findAndCount(Book, {}, { limit: 1, offset: 1, orderBy: { id: "asc" } })
      .then(([list, n]) => [list.map((b) => b.title), n]),
  );
  await orm.em.fork().upsert(Author, { name: "Bob", mood: "ok" });
  print(
    "builder",
    await orm.em
      .fork()
      .createQueryBuilder(Book, "b")
      .select(["author", raw("sum(b.views) as s")])
      .groupBy("author")
      .execute(),
  );
  await failing(
    "unique",
    async () => {
      const f = orm.em.fork();
      f.create(Author, { name: "Ann" });
      await f.flush();
    },
    code,
  );
  await failing(
    "check",
    async () =>
      orm.em
        .fork()
        .getConnection()
        .execute("insert into mk_author (name, mood) values ('x', 'none')"),
    code,
  );
  const done = await retrying(
    (lost) =>
      orm.em.fork().transactional(
        async (tx) => {
          const two = await tx.findOneOrFail(Book, { title: "Two" });
          if (lost === 0) await orm.em.fork().nativeUpdate(Book, { title: "Two" }, { views: 100 });
          two.views++;
        },
        { isolationLevel: IsolationLevel.REPEATABLE_READ },
      ),
    code,
  );
  print("retried", [done.lost, (await orm.em.fork().findOneOrFail(Book, { title: "Two" })).views]);
  const last = orm.em.fork();
  const author = await last.findOneOrFail(Author, { name: "Ann" }, { populate: ["books"] });
  author.books.removeAll();
  await last.flush();
  print("orphans", await orm.em.fork().count(Book));
  await orm.schema.dropSchema();
} finally {
  await orm.close(true);
}
