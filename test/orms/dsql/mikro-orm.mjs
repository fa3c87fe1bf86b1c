/** MikroORM: its schema through lint, unit of work, relations, transactions, retries. */
import { EntitySchema, LockMode, MikroORM, raw } from "@mikro-orm/postgresql";
import * as checks from "./checks.mjs";

const { check, refused, retrying } = checks;

class Author {}
class Book {}
class Tag {}
const id = { type: "uuid", primary: true, defaultRaw: "gen_random_uuid()" };
const AuthorSchema = new EntitySchema({
  class: Author,
  tableName: "author",
  properties: {
    id,
    name: { type: "string", length: 40, unique: true },
    facts: { type: "json", nullable: true },
    score: { type: "decimal", precision: 8, scale: 2, default: 1.5 },
    books: { kind: "1:m", entity: () => Book, mappedBy: "author", orphanRemoval: true },
  },
});
const BookSchema = new EntitySchema({
  class: Book,
  tableName: "book",
  indexes: [{ properties: ["title", "views"] }],
  properties: {
    id,
    title: { type: "text" },
    views: { type: "integer", default: 0 },
    author: { kind: "m:1", entity: () => Author, deleteRule: "cascade" },
    tags: { kind: "m:n", entity: () => Tag, owner: true },
  },
});
const TagSchema = new EntitySchema({
  class: Tag,
  tableName: "tag",
  properties: {
    id: { type: "number", primary: true, autoincrement: false },
    label: { type: "string" },
  },
});
const orm = await MikroORM.init({
  entities: [AuthorSchema, BookSchema, TagSchema],
  host: checks.connection.host,
  port: checks.port,
  user: "admin",
  dbName: "postgres",
  password: "",
  ensureDatabase: false,
  schemaGenerator: { disableForeignKeys: false },
  allowGlobalContext: true,
});
const fork = () => orm.em.fork();
try {
  const script = (await orm.schema.getCreateSchemaSQL()).replace(/^set names 'utf8';$/mu, "");
  await checks.migrate(checks.statementsOf(checks.forTheService(script)));
  const em = fork();
  const ann = em.create(Author, { name: "Ann", facts: { a: [1] }, books: [] });
  ann.books.add(
    em.create(Book, { title: "One", author: ann }),
    em.create(Book, { title: "Two", views: 3, author: ann }),
  );
  em.create(Author, { name: "Bob" });
  ann.books[0].tags.add(
    em.create(Tag, { id: 1, label: "t1" }),
    em.create(Tag, { id: 2, label: "t2" }),
  );
  await retrying(() => em.flush());
  const [loaded] = await fork().find(
    Author,
    { name: "Ann" },
    { populate: ["books.tags"], orderBy: { books: { title: "asc", tags: { label: "asc" } } } },
  );
  check(
    "loaded",
    loaded.books
      .getItems()
      .map((book) => [book.title, book.tags.getItems().map((tag) => tag.label)]),
    [
      ["One", ["t1", "t2"]],
      ["Two", []],
    ],
  );
  const where = { author: { name: "Ann" }, views: { $gt: 1 } };
  check(
    "where",
    (await fork().find(Book, where)).map(({ title }) => title),
    ["Two"],
  );
  const [list, count] = await fork().findAndCount(
    Book,
    {},
    { limit: 1, offset: 1, orderBy: { title: "asc" } },
  );
  check("counted", [list.map(({ title }) => title), count], [["Two"], 2]);
  await fork().upsert(Author, { name: "Bob", score: 4 });
  check("upserted", (await fork().findOneOrFail(Author, { name: "Bob" })).score, "4.00");
  const sums = await fork()
    .createQueryBuilder(Book, "b")
    .select([raw("sum(b.views)::int as s")])
    .execute();
  check("builder", sums, [{ s: 3 }]);
  await refused(
    "unique",
    async () => {
      const other = fork();
      other.create(Author, { name: "Ann" });
      await other.flush();
    },
    "23505",
  );
  const two = { title: "Two" };
  const wasRefused = await checks.interfered(
    (between) =>
      fork().transactional(async (tx) => {
        const book = await tx.findOneOrFail(Book, two);
        await between();
        book.views++;
      }),
    () => fork().nativeUpdate(Book, two, { views: 100 }),
  );
  check("retried", [wasRefused, (await fork().findOneOrFail(Book, two)).views], [true, 101]);
  const locked = await fork().transactional((tx) =>
    tx.findOneOrFail(Book, two, { lockMode: LockMode.PESSIMISTIC_WRITE }),
  );
  check("locked", locked.title, "Two");
  await retrying(async () => {
    const last = fork();
    const author = await last.findOneOrFail(Author, { name: "Ann" }, { populate: ["books"] });
    author.books.removeAll();
    await last.flush();
  });
  check("orphans", await fork().count(Book), 0);
} finally {
  await orm.close(true);
  await checks.finish();
}
