/**
 * Prisma without Rust engines: generate, the migration script, the client over node-postgres. No
 * conflict is tried: the client does not hear of an error that COMMIT answers with.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { connection, failing, print, url } from "./report.mjs";

const here = resolve(import.meta.dirname, "..");
const folder = mkdtempSync(join(here, ".prisma-"));
const MODELS = `
enum PrMood {
  sad
  ok
}
model PrUser {
  id    Int      @id @default(autoincrement())
  name  String   @unique @db.VarChar(40)
  mood  PrMood   @default(ok)
  facts Json?
  tags  String[]
  score Decimal  @default(1.5) @db.Decimal(8, 2)
  posts PrPost[]
  @@index([score(sort: Desc)])
}
model PrPost {
  id     BigInt  @id @default(autoincrement())
  title  String
  views  Int     @default(0)
  userId Int?
  user   PrUser? @relation(fields: [userId], references: [id], onDelete: Cascade)
  @@unique([userId, title])
}
`;
writeFileSync(
  join(folder, "schema.prisma"),
  `generator client {
  provider   = "prisma-client-js"
  output     = "./client"
  engineType = "client"
}
datasource db {
  provider = "postgresql"
  url      = ${JSON.stringify(url)}
}
${MODELS}`,
);
writeFileSync(
  join(folder, "prisma.config.mjs"),
  `import { PrismaPg } from "@prisma/adapter-pg";
export default {
  experimental: { adapter: true },
  engine: "js",
  schema: "./schema.prisma",
  adapter: async () => new PrismaPg({ connectionString: ${JSON.stringify(url)} }),
};
`,
);
function cli(...args) {
  const entry = join(here, "node_modules/prisma/build/index.js");
  const env = {
    ...process.env,
    CHECKPOINT_DISABLE: "1",
    PRISMA_HIDE_UPDATE_MESSAGE: "1",
    NO_COLOR: "1",
  };
  return execFileSync(process.execPath, [entry, ...args, "--config=prisma.config.mjs"], {
    cwd: folder,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}
const code = (error) => error.code ?? error.name;
let client;
try {
  cli("generate");
  // db push and db pull read pg_catalog through the adapter, which does not know the type name.
  const script = cli(
    "migrate",
    "diff",
    "--from-empty",
    "--to-schema-datamodel",
    "schema.prisma",
    "--script",
  );
  const pool = new pg.Client(connection);
  await pool.connect();
  await pool.query(script);
  await pool.end();
  print("script", script);
  const { PrismaClient } = await import(join(folder, "client/index.js"));
  client = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) });
  print(
    "created",
    await client.prUser.create({
      data: {
        name: "Ann",
        tags: ["x"],
        facts: { a: [1] },
        posts: { create: [{ title: "One" }, { title: "Two", views: 3 }] },
      },
      include: { posts: true },
    }),
  );
  await client.prUser.createMany({
    data: [{ name: "Bob", mood: "sad" }, { name: "Ann" }],
    skipDuplicates: true,
  });
  print(
    "found",
    await client.prUser.findMany({
      include: { posts: { orderBy: { id: "asc" } } },
      orderBy: { id: "asc" },
      where: { OR: [{ tags: { has: "x" } }, { mood: "sad" }] },
    }),
  );
  print(
    "json",
    await client.prUser.findMany({
      where: { facts: { path: ["a", "0"], equals: 1 } },
      select: { name: true },
    }),
  );
  print(
    "grouped",
    await client.prPost.groupBy({ by: ["userId"], _sum: { views: true }, _count: true }),
  );
  print(
    "upsert",
    await client.prUser.upsert({
      where: { name: "Bob" },
      create: { name: "Bob" },
      update: { score: 4 },
    }),
  );
  print(
    "increment",
    await client.prPost.updateMany({ where: { title: "Two" }, data: { views: { increment: 2 } } }),
  );
  await failing("unique", () => client.prUser.create({ data: { name: "Ann" } }), code);
  await failing(
    "foreign key",
    () => client.prPost.create({ data: { title: "x", userId: 99 } }),
    code,
  );
  await failing("missing", () => client.prUser.delete({ where: { id: 99 } }), code);
  print("raw", await client.$queryRaw`select ${1}::int + 1 as n`);
  print("batch", await client.$transaction([client.prPost.count(), client.prUser.count()]));
} finally {
  await client?.$disconnect();
  rmSync(folder, { recursive: true });
}
