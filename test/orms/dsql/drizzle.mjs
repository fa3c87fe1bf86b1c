/** Drizzle: a schema of the kit through lint, pull, queries over relations, transactions, retries. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { eq, relations, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import * as checks from "./checks.mjs";

const { check, refused, retrying, run } = checks;
const here = resolve(import.meta.dirname, "..");
const folder = mkdtempSync(join(here, ".drizzle-"));
const SCHEMA = `import { bigint, check, index, integer, jsonb, numeric, pgTable, pgView, text, timestamp, unique, uniqueIndex, uuid, varchar } from "drizzle-orm/pg-core";
import { eq, sql } from "drizzle-orm";
export const users = pgTable("users", {
  id: uuid().primaryKey().defaultRandom(),
  name: varchar({ length: 40 }).notNull().unique(),
  email: text(),
  facts: jsonb().default({}),
  score: numeric({ precision: 8, scale: 2 }).default("1.50"),
  born: timestamp({ withTimezone: true }).defaultNow(),
}, (t) => [index("users_score").on(t.score.desc()), uniqueIndex("users_email").on(sql\`lower(\${t.email})\`), check("score", sql\`\${t.score} >= 0\`)]);
export const posts = pgTable("posts", {
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity({ cache: 65536 }),
  author: uuid().references(() => users.id, { onDelete: "cascade" }),
  title: text().notNull(),
  views: integer().notNull().default(0),
}, (t) => [unique("posts_title").on(t.author, t.title), index("posts_author").on(t.author)]);
export const good = pgView("good").as((qb) => qb.select({ id: users.id, name: users.name }).from(users).where(eq(users.score, "1.50")));
`;

function kit(...args) {
  const entry = join(here, "node_modules/drizzle-kit/bin.cjs");
  return execFileSync(process.execPath, [entry, ...args], { cwd: folder, encoding: "utf8" });
}

const pool = new pg.Pool({ ...checks.connection, max: 4 });
try {
  writeFileSync(join(folder, "schema.mjs"), SCHEMA);
  const config = {
    dialect: "postgresql",
    schema: "./schema.mjs",
    dbCredentials: { url: checks.url },
  };
  for (const out of ["out", "pulled"]) {
    const text = `export default ${JSON.stringify({ ...config, out: `./${out}` })}`;
    writeFileSync(join(folder, `${out}.config.mjs`), text);
  }
  kit("generate", "--config=out.config.mjs", "--name=init");
  const [file] = readdirSync(join(folder, "out")).filter((name) => name.endsWith(".sql"));
  const script = readFileSync(join(folder, "out", file), "utf8");
  await checks.migrate(checks.statementsOf(checks.forTheService(script)));
  kit("pull", "--config=pulled.config.mjs");
  const pulled = readFileSync(join(folder, "pulled/schema.ts"), "utf8");
  for (const part of ["users", "posts", "posts_author", "users_score", "posts_title"]) {
    check(`pulled ${part}`, pulled.includes(`"${part}"`), true);
  }

  const { users, posts, good } = await import(join(folder, "schema.mjs"));
  const usersRelations = relations(users, ({ many }) => ({ posts: many(posts) }));
  const postsRelations = relations(posts, ({ one }) => ({
    user: one(users, { fields: [posts.author], references: [users.id] }),
  }));
  const db = drizzle(pool, { schema: { users, posts, usersRelations, postsRelations } });
  const [ann, bob] = await db
    .insert(users)
    .values([
      { name: "Ann", facts: { a: [1] } },
      { name: "Bob", email: "Bob@example.com" },
    ])
    .returning();
  check("defaults", [ann.score, ann.born instanceof Date], ["1.50", true]);
  await db.insert(posts).values([
    { author: ann.id, title: "One" },
    { author: ann.id, title: "Two", views: 3 },
    { author: bob.id, title: "Three" },
  ]);
  const found = await db.query.users.findMany({
    columns: { name: true },
    with: { posts: { columns: { title: true }, orderBy: (p, { asc }) => asc(p.title) } },
    orderBy: (u, { asc }) => asc(u.name),
  });
  check("relations", found, [
    { name: "Ann", posts: [{ title: "One" }, { title: "Two" }] },
    { name: "Bob", posts: [{ title: "Three" }] },
  ]);
  const nested = await db.query.posts.findFirst({
    columns: { title: true },
    where: eq(posts.title, "Three"),
    with: { user: { columns: { name: true } } },
  });
  check("nested", nested, { title: "Three", user: { name: "Bob" } });
  const joined = await db
    .select({ name: users.name, n: sql`count(*)::int` })
    .from(users)
    .leftJoin(posts, eq(posts.author, users.id))
    .groupBy(users.name)
    .orderBy(users.name);
  check("joined", joined, [
    { name: "Ann", n: 2 },
    { name: "Bob", n: 1 },
  ]);
  check("view", (await db.select({ name: good.name }).from(good)).length, 2);
  const upserted = await db
    .insert(users)
    .values({ name: "Bob" })
    .onConflictDoUpdate({ target: users.name, set: { score: "4.00" } })
    .returning({ score: users.score });
  check("upsert", upserted, [{ score: "4.00" }]);
  await refused("unique", () => db.insert(users).values({ name: "Ann" }), "23505");
  await refused(
    "unique expression",
    () => db.insert(users).values({ name: "x", email: "bob@EXAMPLE.com" }),
    "23505",
  );
  await refused("check", () => db.insert(users).values({ name: "x", score: "-1" }), "23514");
  const nobody = "00000000-0000-4000-8000-000000000000";
  await refused(
    "foreign key",
    () => db.insert(posts).values({ author: nobody, title: "x" }),
    "23503",
  );
  await refused(
    "savepoint",
    () => db.transaction((tx) => tx.transaction((inner) => inner.select().from(users))),
    "0A000",
  );
  const two = eq(posts.title, "Two");
  const views = { views: posts.views };
  const wasRefused = await checks.interfered(
    (between) =>
      db.transaction(
        async (tx) => {
          const [before] = await tx.select(views).from(posts).where(two);
          await between();
          await tx
            .update(posts)
            .set({ views: before.views + 1 })
            .where(two);
        },
        { isolationLevel: "repeatable read" },
      ),
    () => db.update(posts).set({ views: 100 }).where(two),
  );
  check(
    "retried",
    [wasRefused, await db.select(views).from(posts).where(two)],
    [true, [{ views: 101 }]],
  );
  await run("COMMENT ON TABLE users IS 'changed by somebody else'");
  // Once for each connection of the pool.
  check("after a schema change", (await retrying(() => db.select().from(posts))) > 0, true);
  await db.delete(users).where(eq(users.name, "Ann"));
  check("cascade", await db.$count(posts), 1);
} finally {
  await pool.end();
  await checks.finish();
  rmSync(folder, { recursive: true });
}
