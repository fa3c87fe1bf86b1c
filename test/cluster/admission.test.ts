/**
 * Every replica of a shard stands still under load: who wants to write there is told so instead of
 * waiting, the other shard goes on, and what was acknowledged is there when the replicas are back.
 */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signalMember } from "../support/cluster-member.ts";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import { buildMissing } from "../support/processes.ts";

const missing = buildMissing();
const WRITERS = 4;
const REPLICAS = ["storage-1-1", "storage-1-2"];

describe.skipIf(missing !== undefined)("I11: admission of transactions that write", () => {
  let database: TestDatabase;
  /** By shard: the lowest bit of what a table's keys begin with decides. */
  const tables: string[] = [];

  beforeAll(async () => {
    database = await startDatabase("cluster");
    const client = await database.connect(0);
    await client.query("alter database postgres set firstlight.max_storage_lag = '6s'");
    for (let number = 0; tables[0] === undefined || tables[1] === undefined; number++) {
      await client.query(`create table t${number} (id bigint primary key)`);
      const { rows } = await client.query<{ half: number }>(
        `select pg_relation_filenode('t${number}')::int % 2 as half`,
      );
      tables[rows[0]?.half ?? 0] ??= `t${number}`;
    }
    await client.end();
  });
  afterAll(async () => {
    await database?.destroy();
  });

  const signal = (what: NodeJS.Signals): void => {
    for (const name of REPLICAS) signalMember(database.running.directory, name, what);
  };

  /** Inserts on and on; ids are nobody else's. */
  async function write(
    client: pg.Client,
    first: number,
    stopped: () => boolean,
  ): Promise<number[]> {
    const acknowledged: number[] = [];
    for (let id = first; !stopped(); id += WRITERS) {
      await client.query(`insert into ${tables[0]} values ($1)`, [id]).then(
        () => acknowledged.push(id),
        () => new Promise((resolve) => setTimeout(resolve, 20)),
      );
    }
    return acknowledged;
  }

  it("refuses them while a shard stands still, and lets them in again", async () => {
    const clients = await Promise.all(
      Array.from({ length: WRITERS + 2 }, async () => database.connect(0)),
    );
    const [asking, other, ...writers] = clients;
    if (asking === undefined || other === undefined) throw new Error("too few clients");
    let stopped = false;
    const writing = writers.map((client, at) => write(client, at, () => stopped));
    const ask = async (id: number): Promise<pg.DatabaseError | undefined> =>
      asking.query(`insert into ${tables[0]} values ($1)`, [-id]).then(
        () => undefined,
        (error: unknown) => error as pg.DatabaseError,
      );

    signal("SIGSTOP");
    let refusal: pg.DatabaseError | undefined;
    let asked = 0;
    await eventually("it is refused", async () => {
      refusal = await ask(++asked);
      return refusal?.code === "53000";
    });
    expect(refusal?.message).toBe("no new transaction may write: storage is behind");
    expect(refusal?.detail).toMatch(/^Shard s1 is \d+\.\d s behind what is committed;/u);
    await other.query(`insert into ${tables[1]} values (1)`);
    const { rows } = await other.query(`select id from ${tables[1]}`);
    expect(rows).toEqual([{ id: "1" }]);

    signal("SIGCONT");
    await eventually("it is let in", async () => (await ask(++asked)) === undefined);
    stopped = true;
    const acknowledged = (await Promise.all(writing)).flat();
    const { rows: found } = await other.query<{ id: string }>(`select id from ${tables[0]}`);
    const ids = new Set(found.map(({ id }) => Number(id)));
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    await Promise.all(clients.map((client) => client.end()));
  });
});
