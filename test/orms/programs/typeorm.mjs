/** TypeORM by entity schemas: synchronize, migrations' diff, relations, trees, views, transactions. */
import "reflect-metadata";
import { DataSource, EntitySchema, Table, TableColumn, TableForeignKey, TableIndex } from "typeorm";
import { connection, failing, print, retrying } from "./report.mjs";

const User = new EntitySchema({
  name: "TyUser",
  tableName: "ty_user",
  columns: {
    id: { type: Number, primary: true, generated: "increment" },
    uid: { type: "uuid", nullable: true },
    name: { type: "varchar", length: 40, unique: true },
    role: { type: "enum", enum: ["admin", "user"], default: "user" },
    facts: { type: "jsonb", nullable: true },
    tags: { type: "text", array: true, default: "{}" },
    score: { type: "numeric", precision: 8, scale: 2, default: 1.5 },
    version: { type: Number, version: true },
  },
  relations: {
    posts: { type: "one-to-many", target: "TyPost", inverseSide: "user", cascade: true },
  },
  checks: [{ name: "ty_score", expression: '"score" >= 0' }],
  indices: [{ name: "ty_user_score", columns: ["score", "name"] }],
});
const Post = new EntitySchema({
  name: "TyPost",
  tableName: "ty_post",
  columns: {
    id: { type: "bigint", primary: true, generated: "identity", generatedIdentity: "ALWAYS" },
    title: { type: "text" },
    views: { type: "integer", default: 0 },
  },
  relations: {
    user: { type: "many-to-one", target: "TyUser", inverseSide: "posts", onDelete: "CASCADE" },
    labels: { type: "many-to-many", target: "TyLabel", joinTable: true, cascade: true },
  },
});
const Label = new EntitySchema({
  name: "TyLabel",
  tableName: "ty_label",
  columns: { id: { type: Number, primary: true, generated: true }, text: { type: "varchar" } },
});
const Node = new EntitySchema({
  name: "TyNode",
  tableName: "ty_node",
  columns: { id: { type: Number, primary: true, generated: true }, name: { type: "text" } },
  relations: {
    parent: { type: "many-to-one", target: "TyNode", treeParent: true },
    children: { type: "one-to-many", target: "TyNode", inverseSide: "parent", treeChildren: true },
  },
  trees: [{ type: "materialized-path" }],
});
const Totals = new EntitySchema({
  name: "TyTotals",
  tableName: "ty_totals",
  type: "view",
  expression: 'SELECT "userId", count(*) AS "n" FROM "ty_post" GROUP BY "userId"',
  columns: { userId: { type: Number }, n: { type: Number } },
});
const source = new DataSource({
  type: "postgres",
  host: connection.host,
  port: connection.port,
  username: "postgres",
  database: "postgres",
  entities: [User, Post, Label, Node, Totals],
  installExtensions: false,
  uuidExtension: "pgcrypto",
});
const code = (error) => error.driverError?.code ?? error.code;
try {
  await source.initialize();
  const first = await source.driver.createSchemaBuilder().log();
  print(
    "diff",
    first.upQueries.map((each) => each.query),
  );
  await source.synchronize();
  print(
    "diff again",
    (await source.driver.createSchemaBuilder().log()).upQueries.map((each) => each.query),
  );
  const users = source.getRepository(User);
  const posts = source.getRepository(Post);
  await users.save([
    {
      name: "Ann",
      role: "admin",
      tags: ["x"],
      facts: { a: 1 },
      posts: [
        { title: "One", labels: [{ text: "l1" }, { text: "l2" }] },
        { title: "Two", views: 3 },
      ],
    },
    { name: "Bob" },
  ]);
  print(
    "found",
    await users.find({
      relations: { posts: { labels: true } },
      order: { id: "ASC", posts: { id: "ASC", labels: { id: "ASC" } } },
    }),
  );
  print(
    "built",
    await users
      .createQueryBuilder("u")
      .leftJoin("u.posts", "p")
      .select("u.name", "name")
      .addSelect("COUNT(p.id)", "n")
      .groupBy("u.name")
      .orderBy("u.name")
      .getRawMany(),
  );
  print("view", await source.getRepository(Totals).find());
  await users.update({ name: "Bob" }, { score: 4 });
  print("upserted", (await users.upsert({ name: "Bob", role: "admin" }, ["name"])).generatedMaps);
  print("page", await posts.findAndCount({ take: 1, skip: 1, order: { id: "ASC" } }));
  const nodes = source.getTreeRepository(Node);
  const root = await nodes.save({ name: "root" });
  await nodes.save([
    { name: "a", parent: root },
    { name: "b", parent: root },
  ]);
  print("tree", await nodes.findTrees());
  await failing("unique", () => users.insert({ name: "Ann" }), code);
  await failing("check", () => users.insert({ name: "neg", score: -1 }), code);
  await failing("enum", () => users.insert({ name: "E", role: "none" }), code);
  const done = await retrying(
    (lost) =>
      source.transaction("REPEATABLE READ", async (m) => {
        const post = await m.findOneByOrFail(Post, { title: "Two" });
        if (lost === 0) await posts.update({ title: "Two" }, { views: 100 });
        await m.update(Post, { title: "Two" }, { views: post.views + 1 });
      }),
    code,
  );
  print("retried", [done.lost, (await posts.findOneBy({ title: "Two" })).views]);
  const runner = source.createQueryRunner();
  await runner.createTable(
    new Table({
      name: "ty_made",
      columns: [
        {
          name: "id",
          type: "int",
          isPrimary: true,
          isGenerated: true,
          generationStrategy: "increment",
        },
        { name: "user_id", type: "int", isNullable: true },
      ],
    }),
  );
  await runner.addColumn(
    "ty_made",
    new TableColumn({ name: "note", type: "varchar", length: "20", default: "'n'" }),
  );
  await runner.createIndex(
    "ty_made",
    new TableIndex({ name: "ty_made_note", columnNames: ["note"], isUnique: true }),
  );
  await runner.createForeignKey(
    "ty_made",
    new TableForeignKey({
      columnNames: ["user_id"],
      referencedTableName: "ty_user",
      referencedColumnNames: ["id"],
      onDelete: "SET NULL",
    }),
  );
  await runner.renameColumn("ty_made", "note", "remark");
  await runner.changeColumn(
    "ty_made",
    "remark",
    new TableColumn({ name: "remark", type: "text", isNullable: true }),
  );
  const made = await runner.getTable("ty_made");
  print("made", [
    made.columns.map((c) => [c.name, c.type, c.isNullable, c.default]),
    made.indices.map((i) => [i.name, i.columnNames, i.isUnique]),
    made.foreignKeys.map((f) => [f.columnNames, f.referencedTableName, f.onDelete]),
  ]);
  await runner.dropTable("ty_made");
  await runner.release();
  await source.dropDatabase();
} finally {
  if (source.isInitialized) await source.destroy();
}
