/** PostgreSQL 16 and Firstlight with the same schema, which psql makes on both. */
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { startOracle } from "../oracle/oracle.ts";
import { removeDirectory, startEmbedded, temporaryDirectory } from "../support/processes.ts";
import type { Place } from "./compare-psql.ts";
import { runPsql } from "./compare-psql.ts";

const SCHEMA = resolve(import.meta.dirname, "schema.sql");

/** Firstlight has the role from the start, as Aurora DSQL has it. */
const ADMIN = "CREATE ROLE admin SUPERUSER LOGIN CREATEROLE CREATEDB REPLICATION BYPASSRLS;\n";

export interface BothServers {
  readonly postgres: Place;
  readonly firstlight: Place;
  stop(): Promise<void>;
}

function placeIn(directory: string, name: string, port: number): Place {
  const own = join(directory, name);
  mkdirSync(own);
  return { port, directory: own };
}

/** Everything that the script says beside its command tags is an error. */
async function makeSchema(place: Place, before: string): Promise<void> {
  const script = `\\set QUIET on\n${before}${readFileSync(SCHEMA, "utf8")}`;
  const said = await runPsql(place, script);
  if (said !== "") throw new Error(`the schema was not made: ${said}`);
}

export async function startBothServers(): Promise<BothServers> {
  const directory = temporaryDirectory("psql");
  const oracle = await startOracle();
  const data = join(directory, "data");
  mkdirSync(data);
  const running = await startEmbedded(data);
  const postgres = placeIn(directory, "one", oracle.port);
  const firstlight = placeIn(directory, "two", running.ports[0] ?? 0);
  const stop = async (): Promise<void> => {
    await Promise.all([oracle.stop(), running.stop()]);
    removeDirectory(directory);
  };
  try {
    await makeSchema(postgres, ADMIN);
    await makeSchema(firstlight, "");
  } catch (error) {
    await stop();
    throw error;
  }
  return { postgres, firstlight, stop };
}
