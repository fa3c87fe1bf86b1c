/**
 * npm run bench:fresh: what a statement costs that nobody has sent before, in processor time of the
 * server and of PostgreSQL's process. Options: --only KIND --count N --extended --ours --cold (the first
 * statements of a server, a new one for each kind) --profile (writes a profile of the server to
 * growth-profile)
 */
import { parseArgs } from "node:util";
import type pg from "pg";
import type { Database } from "../growth/databases.ts";
import { startFirstlight, startPostgres } from "../growth/databases.ts";
import { KIND_NAMES, SETUP, statements } from "./statements.ts";

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    count: { type: "string" },
    extended: { type: "boolean", default: false },
    profile: { type: "boolean", default: false },
    ours: { type: "boolean", default: false },
    cold: { type: "boolean", default: false },
  },
});

const TIMEOUT_MILLIS = 60_000;
const WARM_UP = options.cold ? 0 : 300;
const COUNT = Number(options.count ?? (options.cold ? 200 : 1_000));

async function run(client: pg.Client, texts: readonly string[]): Promise<void> {
  const queryMode = options.extended ? "extended" : undefined;
  for (const text of texts) {
    await client.query({ text, queryMode } as pg.QueryConfig);
  }
}

/** Microseconds per statement. */
async function measured(
  database: Database,
  client: pg.Client,
  texts: readonly string[],
): Promise<number> {
  await run(client, texts.slice(0, WARM_UP));
  const from = database.processorMillis(client);
  await run(client, texts.slice(WARM_UP));
  return ((database.processorMillis(client) - from) * 1e3) / (texts.length - WARM_UP);
}

async function measureKinds(kinds: readonly string[]): Promise<void> {
  const databases = [
    await startFirstlight(options.profile, false),
    ...(options.ours ? [] : [await startPostgres()]),
  ];
  const clients = await Promise.all(databases.map((each) => each.connect(TIMEOUT_MILLIS)));
  for (const client of clients) for (const text of SETUP) await client.query(text);
  for (const kind of kinds) {
    const texts = statements(kind, COUNT + WARM_UP);
    const micros: number[] = [];
    for (const [at, database] of databases.entries()) {
      const client = clients[at];
      if (client !== undefined) micros.push(await measured(database, client, texts));
    }
    console.log(`${kind.padEnd(18)} ${micros.map((each) => `${each.toFixed(0)} µs`).join("  ")}`);
  }
  await Promise.all(clients.map((client) => client.end()));
  for (const database of databases) await database.stop();
}

const kinds = KIND_NAMES.filter((kind) => kind.includes(options.only ?? ""));
if (options.cold) for (const kind of kinds) await measureKinds([kind]);
else await measureKinds(kinds);
