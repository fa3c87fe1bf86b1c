/** Sequelize: no sync, no settings that the service refuses, models with uuids, transactions. */
import { DataTypes, Op, Sequelize, Transaction } from "sequelize";
import * as checks from "./checks.mjs";

const { check, refused, retrying, run } = checks;

const db = new Sequelize("postgres", "admin", "", {
  host: checks.connection.host,
  port: checks.port,
  dialect: "postgres",
  logging: false,
  dialectOptions: { clientMinMessages: "ignore" },
  standardConformingStrings: false,
  pool: { max: 4 },
});
try {
  const id = { type: DataTypes.UUID, primaryKey: true, defaultValue: db.fn("gen_random_uuid") };
  const User = db.define(
    "user",
    {
      id,
      name: { type: DataTypes.STRING(50), allowNull: false, unique: true },
      facts: DataTypes.JSONB,
      score: { type: DataTypes.DECIMAL(8, 2), defaultValue: 1.5 },
    },
    { underscored: true },
  );
  const Post = db.define(
    "post",
    { id, title: DataTypes.TEXT, views: { type: DataTypes.INTEGER, defaultValue: 0 } },
    { timestamps: false, underscored: true },
  );
  User.hasMany(Post, { as: "posts", foreignKey: "userId", constraints: false });
  Post.belongsTo(User, { as: "user", foreignKey: "userId", constraints: false });
  const qi = db.getQueryInterface();
  await qi.createTable("users", {
    id,
    name: { type: DataTypes.STRING(50), allowNull: false, unique: true },
    facts: DataTypes.JSONB,
    score: { type: DataTypes.DECIMAL(8, 2), defaultValue: 1.5 },
    created_at: DataTypes.DATE,
    updated_at: DataTypes.DATE,
  });
  await qi.createTable("posts", {
    id,
    title: DataTypes.TEXT,
    views: { type: DataTypes.INTEGER, defaultValue: 0 },
  });
  await qi.addColumn("posts", "user_id", { type: DataTypes.UUID });
  await checks.migrate(["CREATE INDEX ASYNC posts_user ON posts (user_id)"]);
  await qi.renameColumn("posts", "title", "headline");
  await qi.renameColumn("posts", "headline", "title");
  await refused("index", () => qi.addIndex("posts", ["title"]), "0A000");
  await refused(
    "type",
    () => qi.changeColumn("posts", "views", { type: DataTypes.BIGINT }),
    "0A000",
  );
  check("tables", (await qi.showAllTables()).toSorted(), ["posts", "users"]);
  const described = await qi.describeTable("users");
  check(
    "described",
    [described.id.primaryKey, described.name.type, described.name.allowNull],
    [true, "CHARACTER VARYING(50)", false],
  );
  const ann = await User.create(
    { name: "Ann", facts: { a: [1] }, posts: [{ title: "One" }] },
    { include: [{ model: Post, as: "posts" }] },
  );
  await ann.createPost({ title: "Two", views: 5 });
  await User.bulkCreate([{ name: "Bob" }, { name: "Cid", score: 9 }]);
  const eager = await User.findAll({
    include: [{ model: Post, as: "posts" }],
    order: ["name", ["posts", "title"]],
  });
  check(
    "eager",
    eager.map((user) => [user.name, user.score, user.posts.map(({ title }) => title)]),
    [
      ["Ann", "1.50", ["One", "Two"]],
      ["Bob", "1.50", []],
      ["Cid", "9.00", []],
    ],
  );
  const where = { [Op.or]: [{ name: { [Op.iLike]: "b%" } }, { facts: { a: { [Op.ne]: null } } }] };
  check(
    "where",
    (await User.findAll({ where, order: ["name"] })).map((u) => u.name),
    ["Ann", "Bob"],
  );
  const page = await Post.findAndCountAll({ limit: 1, offset: 1, order: ["title"] });
  check("page", [page.count, page.rows[0].title], [2, "Two"]);
  check("upsert", (await User.upsert({ id: ann.id, name: "Ann", score: 3 }))[0].score, "3.00");
  check(
    "increment",
    (await Post.increment({ views: 2 }, { where: { title: "Two" } }))[0][0][0].views,
    7,
  );
  await refused("unique", () => User.create({ name: "Bob" }), "23505");
  await refused(
    "savepoint",
    () => db.transaction((t) => db.transaction({ transaction: t }, async () => {})),
    "0A000",
  );
  const { REPEATABLE_READ, SERIALIZABLE } = Transaction.ISOLATION_LEVELS;
  await refused(
    "level",
    () => db.transaction({ isolationLevel: SERIALIZABLE }, async () => {}),
    "0A000",
  );
  check("sequelize sets the level apart", REPEATABLE_READ, "REPEATABLE READ");
  const where2 = { title: "Two" };
  const wasRefused = await checks.interfered(
    (between) =>
      db.transaction(async (transaction) => {
        const found = await Post.findOne({ where: where2, transaction });
        await between();
        await found.update({ views: found.views + 1 }, { transaction });
      }),
    () => Post.update({ views: 100 }, { where: where2 }),
  );
  check("retried", [wasRefused, (await Post.findOne({ where: where2 })).views], [true, 101]);
  await retrying(() => qi.removeColumn("posts", "views"));
  await run("SELECT 1");
  check("destroyed", (await retrying(() => User.destroy({ where: { name: "Ann" } }))) >= 0, true);
  await refused("truncate", () => Post.truncate(), "0A000");
  await retrying(() => qi.dropTable("posts"));
} finally {
  await db.close();
  await checks.finish();
}
