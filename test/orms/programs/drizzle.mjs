/** Drizzle ORM and drizzle-kit: push by the kit's API, migrations, queries, relations, transactions. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { eq, relations, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import { connection, failing, print, retrying, url } from "./report.mjs";

const here = resolve(import.meta.dirname, "..");
const folder = mkdtempSync(join(here, ".drizzle-"));
const SCHEMA = `import { bigint, check, index, integer, jsonb, numeric, pgEnum, pgSchema, pgTable, pgView, serial, text, timestamp, unique, uuid, varchar } from "drizzle-orm/pg-core";
import { eq, sql } from "drizzle-orm";
export const mood = pgEnum("dz_mood", ["sad", "ok"]);
export const app = pgSchema("dz");
export const users = pgTable("dz_user", {
  id: serial().primaryKey(),
  name: varchar({ length: 40 }).notNull().unique(),
  mood: mood().default("ok"),
  facts: jsonb().default({}),
  tags: text().array(),
  uid: uuid(),
  score: numeric({ precision: 8, scale: 2 }).default("1.50"),
  born: timestamp({ withTimezone: true }),
}, (t) => [index("dz_user_score").on(t.score.desc()), check("dz_score", sql\`\${t.score} >= 0\`)]);
export const posts = pgTable("dz_post", {
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  author: integer().references(() => users.id, { onDelete: "cascade" }),
  title: text().notNull(),
  views: integer().notNull().default(0),
}, (t) => [unique("dz_post_title").on(t.author, t.title).nullsNotDistinct()]);
export const notes = app.table("note", { id: integer().primaryKey(), body: text() });
export const happy = pgView("dz_happy").as((qb) => qb.select({ id: users.id, name: users.name }).from(users).where(eq(users.mood, "ok")));
`;
function kit(...args) {
  const entry = join(here, "node_modules/drizzle-kit/bin.cjs");
  return execFileSync(process.execPath, [entry, ...args], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}
writeFileSync(join(folder, "schema.mjs"), SCHEMA);
const config = (extra) =>
  `export default { dialect: "postgresql", schema: "./schema.mjs", out: "./out", dbCredentials: { url: ${JSON.stringify(url)} }, ...${JSON.stringify(extra)} };`;
writeFileSync(join(folder, "generate.config.mjs"), config({}));
writeFileSync(
  join(folder, "pull.config.mjs"),
  config({ out: "./pulled", schemaFilter: ["public", "dz"], tablesFilter: ["dz_*", "note"] }),
);
writeFileSync(
  join(folder, "push.config.mjs"),
  config({ schemaFilter: ["public", "dz"], tablesFilter: ["dz_*", "note"] }),
);

const pool = new pg.Pool({ ...connection, max: 4 });
const code = (error) => error.cause?.code ?? error.code;
try {
  kit("generate", "--config=generate.config.mjs", "--name=init");
  const { users, posts, happy } = await import(join(folder, "schema.mjs"));
  const usersRelations = relations(users, ({ many }) => ({ posts: many(posts) }));
  const postsRelations = relations(posts, ({ one }) => ({
    user: one(users, { fields: [posts.author], references: [users.id] }),
  }));
  const db = drizzle(pool, { schema: { users, posts, usersRelations, postsRelations } });
  await migrate(db, { migrationsFolder: join(folder, "out") });
  await migrate(db, { migrationsFolder: join(folder, "out") });
  kit("pull", "--config=pull.config.mjs");
  const pulled = readdirSync(join(folder, "pulled"))
    .filter((name) => name.endsWith(".sql") || name === "schema.ts")
    .toSorted();
  // The kit writes tables in the order in which the server happens to name them.
  const sorted = (text) =>
    text
      .replaceAll(/^import .*$/gmu, "")
      .split("\n")
      .toSorted();
  print(
    "pulled",
    pulled.map((name) => [
      name.replace(/^\d+_.*/u, "N.sql"),
      sorted(readFileSync(join(folder, "pulled", name), "utf8")),
    ]),
  );
  print(
    "pushed",
    kit("push", "--force", "--config=push.config.mjs").includes("No changes detected"),
  );
  await db.insert(users).values([
    { name: "Ann", tags: ["x", "y"], facts: { a: [1] } },
    { name: "Bob", mood: "sad" },
  ]);
  print(
    "returned",
    await db
      .insert(posts)
      .values([
        { author: 1, title: "One" },
        { author: 1, title: "Two", views: 4 },
        { author: 2, title: "Three" },
      ])
      .returning(),
  );
  print(
    "relations",
    await db.query.users.findMany({
      with: { posts: { orderBy: (p, { asc }) => asc(p.id) } },
      orderBy: (u, { asc }) => asc(u.id),
    }),
  );
  print(
    "nested",
    await db.query.posts.findFirst({ where: eq(posts.title, "Three"), with: { user: true } }),
  );
  print(
    "joined",
    await db
      .select({ name: users.name, n: sql`count(*)::int` })
      .from(users)
      .leftJoin(posts, eq(posts.author, users.id))
      .groupBy(users.name)
      .orderBy(users.name),
  );
  print("view", await db.select().from(happy));
  print(
    "upsert",
    await db
      .insert(users)
      .values({ name: "Bob" })
      .onConflictDoUpdate({ target: users.name, set: { mood: "ok" } })
      .returning({ mood: users.mood }),
  );
  await failing("unique", () => db.insert(users).values({ name: "Ann" }), code);
  await failing("foreign key", () => db.insert(posts).values({ author: 99, title: "x" }), code);
  await failing("check", () => db.insert(users).values({ name: "neg", score: "-1" }), code);
  await db.transaction(async (tx) => {
    await tx.insert(posts).values({ title: "in" });
    await tx
      .transaction(async (inner) => {
        await inner.insert(posts).values({ title: "inner" });
        inner.rollback();
      })
      .catch(() => {});
  });
  print(
    "titles",
    (await db.select({ title: posts.title }).from(posts).orderBy(posts.id)).map(
      (each) => each.title,
    ),
  );
  const done = await retrying(
    (lost) =>
      db.transaction(
        async (tx) => {
          const [{ views }] = await tx
            .select({ views: posts.views })
            .from(posts)
            .where(eq(posts.title, "Two"));
          if (lost === 0) await db.update(posts).set({ views: 100 }).where(eq(posts.title, "Two"));
          await tx
            .update(posts)
            .set({ views: views + 1 })
            .where(eq(posts.title, "Two"));
        },
        { isolationLevel: "repeatable read" },
      ),
    code,
  );
  print("retried", [
    done.lost,
    await db.select({ views: posts.views }).from(posts).where(eq(posts.title, "Two")),
  ]);
  for (const each of [
    "view dz_happy",
    "table dz_post",
    "table dz_user",
    "type dz_mood",
    "schema dz cascade",
    "schema drizzle cascade",
  ])
    await pool.query(`drop ${each}`);
} finally {
  await pool.end();
  rmSync(folder, { recursive: true });
}
