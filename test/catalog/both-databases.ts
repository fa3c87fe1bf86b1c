/** The same schema in Firstlight and in PostgreSQL 16, for tests that compare what describes it. */
import pg from "pg";
import { oracleAvailable, startOracle } from "../oracle/oracle.ts";
import type { Oracle } from "../oracle/oracle.ts";
import {
  buildMissing,
  removeDirectory,
  startEmbedded,
  temporaryDirectory,
} from "../support/processes.ts";
import type { Running } from "../support/processes.ts";
import { SCHEMA } from "./schema.ts";

export interface BothDatabases {
  readonly postgres: pg.Client;
  readonly firstlight: pg.Client;
  readonly ports: { readonly postgres: number; readonly firstlight: number };
  stop(): Promise<void>;
}

/** Why the comparison cannot run here, or undefined when it can. */
export function comparisonUnavailable(): string | undefined {
  return buildMissing() ?? oracleAvailable();
}

async function connected(port: number): Promise<pg.Client> {
  const client = new pg.Client({
    host: "127.0.0.1",
    port,
    user: "postgres",
    database: "postgres",
  });
  await client.connect();
  return client;
}

/** One statement at a time: a failure then names the statement. */
async function createSchema(client: pg.Client): Promise<void> {
  for (const statement of SCHEMA.split(/;\n/u)) {
    if (statement.trim() !== "") await client.query(statement);
  }
}

export async function startBoth(): Promise<BothDatabases> {
  const directory = temporaryDirectory("catalog");
  const oracle: Oracle = await startOracle();
  const running: Running = await startEmbedded(directory);
  const port = running.ports[0] ?? 0;
  const clients = [await connected(oracle.port), await connected(port)] as const;
  for (const client of clients) await createSchema(client);
  const [postgres, firstlight] = clients;
  const stop = async (): Promise<void> => {
    await Promise.all(clients.map((client) => client.end()));
    await Promise.all([oracle.stop(), running.stop()]);
    removeDirectory(directory);
  };
  return { postgres, firstlight, ports: { postgres: oracle.port, firstlight: port }, stop };
}
