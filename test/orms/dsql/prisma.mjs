/** Prisma: `migrate diff` through lint, the client by its adapter for pg, transactions, retries. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import * as checks from "./checks.mjs";

const { check, refused, retrying } = checks;
const here = resolve(import.meta.dirname, "..");
const folder = mkdtempSync(join(here, ".prisma-"));
const schema = `generator client {
  provider   = "prisma-client-js"
  output     = "./client"
  engineType = "client"
}
datasource db {
  provider     = "postgresql"
  url          = ${JSON.stringify(checks.url)}
  relationMode = "prisma"
}
model User {
  id    String  @id @default(dbgenerated("gen_random_uuid()")) @db.Uuid
  name  String  @unique @db.VarChar(40)
  facts Json?
  score Decimal @default(1.5) @db.Decimal(8, 2)
  posts Post[]
  @@index([score(sort: Desc)])
}
model Post {
  id     String  @id @default(dbgenerated("gen_random_uuid()")) @db.Uuid
  title  String
  views  Int     @default(0)
  userId String? @db.Uuid
  user   User?   @relation(fields: [userId], references: [id])
  @@unique([userId, title])
  @@index([userId])
}
`;
const config = `import { PrismaPg } from "@prisma/adapter-pg";
export default {
  experimental: { adapter: true },
  engine: "js",
  schema: "./schema.prisma",
  adapter: async () => new PrismaPg({ connectionString: ${JSON.stringify(checks.url)} }),
};
`;

function cli(...args) {
  const entry = join(here, "node_modules/prisma/build/index.js");
  const quiet = { CHECKPOINT_DISABLE: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1", NO_COLOR: "1" };
  return execFileSync(process.execPath, [entry, ...args, "--config=prisma.config.mjs"], {
    cwd: folder,
    env: { ...process.env, ...quiet, PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK: "1" },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

let client;
try {
  writeFileSync(join(folder, "schema.prisma"), schema);
  writeFileSync(join(folder, "prisma.config.mjs"), config);
  cli("generate");
  const script = cli(
    "migrate",
    "diff",
    "--from-empty",
    "--to-schema-datamodel",
    "schema.prisma",
    "--script",
  );
  await checks.migrate(checks.statementsOf(checks.forTheService(script)));
  const { PrismaClient } = await import(join(folder, "client/index.js"));
  client = new PrismaClient({ adapter: new PrismaPg({ connectionString: checks.url }) });
  const ann = await client.user.create({
    data: {
      name: "Ann",
      facts: { a: [1] },
      posts: { create: [{ title: "One" }, { title: "Two", views: 3 }] },
    },
    include: { posts: { orderBy: { title: "asc" } } },
  });
  check("created", [ann.score, ann.posts.map(({ title }) => title)], ["1.5", ["One", "Two"]]);
  await client.user.createMany({ data: [{ name: "Bob" }, { name: "Ann" }], skipDuplicates: true });
  const found = await client.user.findMany({
    include: { posts: { orderBy: { title: "asc" } } },
    orderBy: { name: "asc" },
  });
  check(
    "found",
    found.map(({ name, posts }) => [name, posts.length]),
    [
      ["Ann", 2],
      ["Bob", 0],
    ],
  );
  const byJson = { where: { facts: { path: ["a", "0"], equals: 1 } }, select: { name: true } };
  check("json", await client.user.findMany(byJson), [{ name: "Ann" }]);
  const sums = await client.post.groupBy({ by: ["userId"], _sum: { views: true }, _count: true });
  check("grouped", [sums[0]._sum.views, sums[0]._count], [3, 2]);
  const bob = { where: { name: "Bob" }, create: { name: "Bob" }, update: { score: 4 } };
  check("upsert", (await client.user.upsert(bob)).score, "4");
  const two = { where: { title: "Two" }, data: { views: { increment: 2 } } };
  check("increment", await client.post.updateMany(two), { count: 1 });
  await refused("unique", () => client.user.create({ data: { name: "Ann" } }), "23505");
  check("raw", await client.$queryRaw`select ${1}::int + 1 as n`, [{ n: 2 }]);
  check("batch", await client.$transaction([client.post.count(), client.user.count()]), [2, 2]);
  const inner = await client.$transaction(async (tx) => {
    await tx.post.create({ data: { title: "Three", userId: ann.id } });
    return tx.post.count();
  });
  check("transaction", inner, 3);
  await checks.run("COMMENT ON TABLE \"User\" IS 'changed by somebody else'");
  check("after a schema change", (await retrying(() => client.post.count())) > 0, true);
  await client.user.delete({ where: { name: "Ann" } });
  check("set null by the client", await client.post.count({ where: { userId: null } }), 3);
} finally {
  await client?.$disconnect();
  await checks.finish();
  rmSync(folder, { recursive: true });
}
