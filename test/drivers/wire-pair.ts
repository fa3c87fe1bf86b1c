/** A connection to Firstlight and one to PostgreSQL, for the tests of a `describe`. */
import { afterAll, beforeAll } from "vitest";
import { oracleAvailable, startOracle } from "../oracle/oracle.ts";
import type { Oracle } from "../oracle/oracle.ts";
import { startDatabase } from "../support/databases.ts";
import type { TestDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import { WireClient } from "../support/wire.ts";

/** Why there can be none; undefined: there can. */
export function wirePairMissing(): string | undefined {
  return buildMissing() ?? oracleAvailable();
}

export interface WirePair {
  ours: WireClient;
  theirs: WireClient;
}

/** Filled BEFORE the first test runs. */
export function wirePair(): WirePair {
  const pair = {} as WirePair;
  let database: TestDatabase | undefined;
  let oracle: Oracle | undefined;
  beforeAll(async () => {
    [database, oracle] = await Promise.all([startDatabase("embedded"), startOracle()]);
    pair.ours = await WireClient.connect(database.running.ports[0] ?? 0);
    pair.theirs = await WireClient.connect(oracle.port);
  });
  afterAll(async () => {
    pair.ours?.close();
    pair.theirs?.close();
    await Promise.all([database?.destroy(), oracle?.stop()]);
  });
  return pair;
}
