/**
 * Statements that compute for very long leave the others their turns: they can be cancelled, time
 * out, and do not keep the server from stopping. Nothing here is about how fast.
 */
import { once } from "node:events";
import { connect } from "node:net";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectTo, startDatabase } from "../support/databases.ts";
import type { TestDatabase } from "../support/databases.ts";
import {
  buildMissing,
  removeDirectory,
  startEmbedded,
  temporaryDirectory,
} from "../support/processes.ts";

/** None of them would end within hours, or within the memory of a statement. */
const ENDLESS: Readonly<Record<string, string>> = {
  "a cross join": "select count(*) from numbers a, numbers b, numbers c, numbers d",
  "a join of skewed keys":
    "select count(*) from numbers a join numbers b on a.same = b.same join numbers c on b.same = c.same join numbers d on c.same = d.same",
  "a set-returning function": "select count(*) from generate_series(1, 1e10::bigint)",
  "sets in a target list":
    "select count(*) from (select generate_series(1, 10000000000)) as endless",
  "a sort of what does not end":
    "select * from generate_series(1, 1e10::bigint) i order by i % 7, -i limit 3",
  "a recursive CTE that keeps little":
    "with recursive t as (select 1 as i union all select (t.i + 1) % 100 from t, numbers where n = 1) select 1 from numbers a, numbers b, numbers c, numbers d where a.n + b.n + c.n + d.n < (select 0 from t where i < 0)",
  "moving frames":
    "select sum(n) over (order by n rows between 2000 preceding and current row) from (select a.n from numbers a, numbers b limit 100000) as many offset 1000000",
  "correlated subqueries":
    "select a.n from numbers a, numbers b where (select count(*) from numbers c where c.n + a.n + b.n < 0) > 0",
  "lateral joins":
    "select count(*) from numbers a, numbers b, lateral (select c.n from numbers c where c.n <> a.n + b.n) as other",
  "set operations": "select generate_series(1, 10000000000) % 10 except all select n from numbers",
  grouping: "select i % 100, count(*) from generate_series(1, 1e10::bigint) i group by 1",
  "a sleep": "select pg_sleep(1e9)",
  "many sleeps": "select count(*) from numbers a, numbers b where pg_sleep(0.01) is not null",
  "an update that sleeps": "update numbers set same = 1 where n = 1 and pg_sleep(1e9) is not null",
  "an insert":
    "insert into numbers select a.n, 0 from numbers a, numbers b, numbers c where a.n + b.n + c.n < 0",
};

async function failure(work: Promise<unknown>): Promise<pg.DatabaseError> {
  try {
    await work;
  } catch (error) {
    return error as pg.DatabaseError;
  }
  throw new Error("the statement came to its end");
}

async function createNumbers(client: pg.Client): Promise<void> {
  await client.query("create table numbers (n int primary key, same int)");
  await client.query("insert into numbers select i, 0 from generate_series(1, 2000) i");
}

const CANCEL_REQUEST = 80_877_102;

/** A CancelRequest on a connection of its own, as drivers and psql send it. */
async function cancel(client: pg.Client, port: number): Promise<void> {
  const { processID, secretKey } = client as unknown as Record<"processID" | "secretKey", number>;
  const message = Buffer.alloc(16);
  [16, CANCEL_REQUEST, processID, secretKey].forEach((value, at) => {
    message.writeInt32BE(value, at * 4);
  });
  const socket = connect(port, "127.0.0.1");
  socket.end(message);
  await once(socket.resume(), "close");
}

describe.skipIf(buildMissing() !== undefined)("a statement that computes for very long", () => {
  let database: TestDatabase;
  let busy: pg.Client;
  let other: pg.Client;

  beforeAll(async () => {
    database = await startDatabase("embedded");
    busy = await database.connect();
    other = await database.connect();
    await createNumbers(other);
  });

  afterAll(async () => {
    await busy.end();
    await other.end();
    await database.destroy();
  });

  test.each(Object.entries(ENDLESS))("%s is cancelled while others are served", async (_, text) => {
    const failed = failure(busy.query(text));
    for (let i = 0; i < 5; i++) {
      expect((await other.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    }
    await cancel(busy, database.running.ports[0] ?? 0);
    expect(await failed).toMatchObject({
      code: "57014",
      message: "canceling statement due to user request",
    });
  });

  test.each(Object.entries(ENDLESS))("%s meets statement_timeout", async (_, text) => {
    await busy.query("set statement_timeout = '50ms'");
    const failed = await failure(busy.query(text));
    await busy.query("set statement_timeout = 0");
    expect(failed).toMatchObject({
      code: "57014",
      message: "canceling statement due to statement timeout",
    });
  });

  test("that needs too much memory or disk fails alone", async () => {
    await busy.query("set firstlight.query_memory = '8MB'");
    await busy.query("set temp_file_limit = '16MB'");
    const failed = await failure(
      busy.query("select array_agg(i) from generate_series(1, 1e10::bigint) i"),
    );
    expect(failed.code).toBe("53200");
    for (const text of [
      "select * from generate_series(1, 1e10::bigint) i order by -i",
      "select count(distinct i) from generate_series(1, 1e10::bigint) i",
      "select i, count(*) from generate_series(1, 1e10::bigint) i group by i",
      "with c as materialized (select * from generate_series(1, 1e10::bigint) i) select count(*) from c",
      "select row_number() over () from generate_series(1, 1e10::bigint)",
    ]) {
      expect((await failure(busy.query(text))).code, text).toBe("53400");
    }
    expect((await busy.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
  });
});

describe.skipIf(buildMissing() !== undefined)("a server that is told to stop", () => {
  test("ends a statement that computes for very long", async () => {
    const directory = temporaryDirectory("responsiveness");
    const running = await startEmbedded(directory);
    try {
      const client = await connectTo(running.ports[0] ?? 0);
      await createNumbers(client);
      const failed = failure(client.query(ENDLESS["a cross join"] ?? ""));
      running.signal("SIGTERM");
      expect((await failed).code).toBe("57P01");
      expect(await running.exited).toBe(0);
      await client.end().catch(() => {});
    } finally {
      removeDirectory(directory);
    }
  });
});
