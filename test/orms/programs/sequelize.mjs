/** Sequelize: sync, query interface, associations, scopes, transactions. */
import { DataTypes, Op, Sequelize, Transaction } from "sequelize";
import { connection, failing, print, retrying } from "./report.mjs";

const db = new Sequelize("postgres", "postgres", "", {
  host: connection.host,
  port: connection.port,
  dialect: "postgres",
  logging: false,
});
const code = (error) => error.parent?.code ?? error.code ?? error.name;

try {
  const User = db.define(
    "sq_user",
    {
      name: { type: DataTypes.STRING(50), allowNull: false, unique: true },
      email: { type: DataTypes.STRING, validate: { isEmail: true } },
      facts: DataTypes.JSONB,
      tags: DataTypes.ARRAY(DataTypes.TEXT),
      score: { type: DataTypes.DECIMAL(8, 2), defaultValue: 1.5 },
      uid: { type: DataTypes.UUID },
    },
    { timestamps: false, indexes: [{ fields: ["email"] }, { fields: ["score", "name"] }] },
  );
  const Post = db.define(
    "sq_post",
    {
      title: { type: DataTypes.TEXT, allowNull: false },
      views: { type: DataTypes.INTEGER, defaultValue: 0 },
    },
    { timestamps: false },
  );
  const Tag = db.define("sq_tag", { label: DataTypes.STRING }, { timestamps: false });
  User.hasMany(Post, { as: "posts", foreignKey: "userId", onDelete: "CASCADE" });
  Post.belongsTo(User, { as: "user", foreignKey: "userId" });
  Post.belongsToMany(Tag, { through: "sq_post_tag", as: "tags", timestamps: false });
  Tag.belongsToMany(Post, { through: "sq_post_tag", as: "posts", timestamps: false });
  await db.sync({ force: true });
  await db.sync({ alter: true });
  const qi = db.getQueryInterface();
  print(
    "tables",
    (await qi.showAllTables())
      .filter((t) => String(t.tableName ?? t).startsWith("sq_"))
      .map((t) => t.tableName ?? t)
      .toSorted((a, b) => (a < b ? -1 : 1)),
  );
  print("described", await qi.describeTable("sq_users"));
  print(
    "indexes",
    (await qi.showIndex("sq_users")).map((i) => [
      i.name,
      i.unique,
      i.primary,
      i.fields.map((f) => f.attribute),
    ]),
  );
  print(
    "foreign keys",
    (await qi.getForeignKeyReferencesForTable("sq_posts")).map((f) => [
      f.constraintName,
      f.columnName,
      f.referencedTableName,
    ]),
  );
  const ann = await User.create(
    {
      name: "Ann",
      email: "ann@example.com",
      facts: { a: [1] },
      tags: ["x"],
      posts: [{ title: "One" }],
    },
    { include: [{ model: Post, as: "posts" }] },
  );
  await ann.createPost({ title: "Two", views: 5 });
  await User.bulkCreate([{ name: "Bob" }, { name: "Cid", score: 9 }], {
    updateOnDuplicate: ["score"],
  });
  const [post] = await ann.getPosts({ order: ["id"] });
  await post.setTags([await Tag.create({ label: "t1" }), await Tag.create({ label: "t2" })]);
  print(
    "eager",
    (
      await User.findAll({
        include: [
          {
            model: Post,
            as: "posts",
            include: [{ model: Tag, as: "tags", through: { attributes: [] } }],
          },
        ],
        order: ["id", ["posts", "id"], ["posts", "tags", "id"]],
      })
    ).map((u) => u.toJSON()),
  );
  print(
    "where",
    (
      await User.findAll({
        where: {
          [Op.or]: [
            { name: { [Op.iLike]: "b%" } },
            { facts: { a: { [Op.ne]: null } } },
            { tags: { [Op.contains]: ["x"] } },
          ],
        },
        attributes: ["name"],
        order: ["id"],
      })
    ).map((u) => u.name),
  );
  print("paged", await Post.findAndCountAll({ limit: 1, offset: 1, order: ["id"], raw: true }));
  print(
    "grouped",
    await Post.findAll({
      attributes: ["userId", [db.fn("SUM", db.col("views")), "sum"]],
      group: ["userId"],
      raw: true,
    }),
  );
  print(
    "upsert",
    (await User.upsert({ id: ann.id, name: "Ann", score: 3 })).map(
      (each) => each?.toJSON?.() ?? each,
    ),
  );
  print(
    "increment",
    (await Post.increment({ views: 2 }, { where: { title: "Two" } }))[0][0].map(
      (each) => each.views,
    ),
  );
  await failing("unique", () => User.create({ name: "Bob" }), code);
  await failing("foreign key", () => Post.create({ title: "x", userId: 99 }), code);
  await failing(
    "validation",
    () => User.create({ name: "D", email: "no" }),
    (e) => e.name,
  );
  await db.transaction(async (t) => {
    await Post.create({ title: "in" }, { transaction: t });
    await db
      .transaction({ transaction: t }, async (inner) => {
        await Post.create({ title: "inner" }, { transaction: inner });
        throw new Error("no");
      })
      .catch(() => {});
  });
  print(
    "titles",
    (await Post.findAll({ order: ["id"] })).map((p) => p.title),
  );
  const done = await retrying(
    (lost) =>
      db.transaction(
        { isolationLevel: Transaction.ISOLATION_LEVELS.REPEATABLE_READ },
        async (t) => {
          const found = await Post.findOne({ where: { title: "Two" }, transaction: t });
          if (lost === 0) await Post.update({ views: 100 }, { where: { title: "Two" } });
          await found.update({ views: found.views + 1 }, { transaction: t });
        },
      ),
    code,
  );
  print("retried", [done.lost, (await Post.findOne({ where: { title: "Two" } })).views]);
  await qi.addColumn("sq_users", "extra", { type: DataTypes.INTEGER, defaultValue: 3 });
  await qi.renameColumn("sq_users", "extra", "more");
  await qi.changeColumn("sq_users", "more", { type: DataTypes.BIGINT });
  await qi.removeColumn("sq_users", "more");
  print("destroyed", await User.destroy({ where: { name: "Ann" } }));
  print("left", await Post.count());
  await db.drop();
} finally {
  await db.close();
}
