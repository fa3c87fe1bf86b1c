/** A sample of TPC-H: every query gives PostgreSQL's answer on the same generated data. */
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TpchData } from "../bench/tpch/generate.ts";
import { loadTpch } from "../bench/tpch/load.ts";
import type { TextRow } from "../bench/tpch/queries.ts";
import { difference, tpchQueries } from "../bench/tpch/queries.ts";
import type { Oracle } from "../oracle/oracle.ts";
import { oracleAvailable, startOracle } from "../oracle/oracle.ts";
import type { TestDatabase } from "../support/databases.ts";
import { AS_TEXT, COMPOSITIONS, connectTo, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";

const SCALE = 0.005;
/** With this seed every query selects something, small as the tables are. */
const SEED = 41;

async function answer(client: pg.Client, text: string): Promise<readonly TextRow[]> {
  const result = await client.query({ text, rowMode: "array", types: AS_TEXT });
  return result.rows as unknown as readonly TextRow[];
}

const missing = oracleAvailable() ?? buildMissing();

describe.skipIf(missing !== undefined).each(COMPOSITIONS)("TPC-H, %s", (composition) => {
  let oracle: Oracle;
  let database: TestDatabase;
  let clients: readonly [pg.Client, pg.Client];

  beforeAll(async () => {
    oracle = await startOracle();
    database = await startDatabase(composition);
    const data = new TpchData(SCALE, SEED);
    await loadTpch(oracle.port, data);
    await loadTpch(database.running.ports[0] ?? 0, data);
    clients = [await connectTo(oracle.port), await database.connect()];
  });

  afterAll(async () => {
    await Promise.all(clients.map((client) => client.end()));
    await database.destroy();
    await oracle.stop();
  });

  it.each(tpchQueries(SCALE))("Q$number gives PostgreSQL's answer", async (query) => {
    const expected = await answer(clients[0], query.text);
    expect(expected[0]?.[0] ?? null).not.toBeNull();
    expect(difference(query, expected, await answer(clients[1], query.text))).toBeUndefined();
  });
});
