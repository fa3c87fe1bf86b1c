/** Real drivers over a real socket, against an engine with canned answers. */
import { connect } from "node:net";
import pg from "pg";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startLoopback } from "./testing/loopback.ts";
import type { Loopback } from "./testing/loopback.ts";
import { RawClient, message } from "./testing/raw-client.ts";

let loopback: Loopback;
let client: pg.Client;

beforeAll(async () => {
  loopback = await startLoopback();
  client = new pg.Client({
    host: "127.0.0.1",
    port: loopback.port,
    user: "postgres",
    database: "postgres",
  });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await loopback.stop();
});

async function sendCancel(port: number, pid: number, secret: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  const request = Buffer.alloc(16);
  for (const [at, value] of [16, 80877102, pid, secret].entries())
    request.writeInt32BE(value, at * 4);
  socket.end(request);
  await new Promise((resolve) => socket.on("close", resolve));
}

describe("node-postgres", () => {
  it("gets the rows and tag of a simple query", async () => {
    const result = await client.query("select 1");
    expect(result.rows).toEqual([{ "?column?": 1 }]);
    expect(result.command).toBe("SELECT");
    expect(result.rowCount).toBe(1);
  });

  it("gets its parameters back through the extended protocol", async () => {
    const result = await client.query({
      text: "select $1::int4, $2",
      values: [42, "häß"],
      rowMode: "array",
    });
    expect(result.rows).toEqual([[42, "häß"]]);
  });

  it("runs several statements of one message", async () => {
    const results: unknown = await client.query(
      "select 1; insert into t values (1); select generate_series(1, 3)",
    );
    const list = results as pg.QueryResult[];
    expect(list.map((one) => `${one.command} ${String(one.rowCount)}`)).toEqual([
      "SELECT 1",
      "INSERT 1",
      "SELECT 3",
    ]);
  });

  it("sees errors with SQLSTATE and position and can go on", async () => {
    await expect(client.query("select fail")).rejects.toMatchObject({
      code: "42703",
      position: "8",
      severity: "ERROR",
    });
    expect((await client.query("select 1")).rowCount).toBe(1);
  });

  it("keeps a failed transaction failed until its end", async () => {
    await client.query("begin");
    await expect(client.query("select fail")).rejects.toMatchObject({ code: "42703" });
    await expect(client.query("select 1")).rejects.toMatchObject({ code: "25P02" });
    expect((await client.query("commit")).command).toBe("ROLLBACK");
    expect((await client.query("select 1")).rowCount).toBe(1);
  });

  it("rolls back to a savepoint and goes on", async () => {
    const before = loopback.engine.rows.length;
    await client.query("begin");
    await client.query("insert into t values (100)");
    await client.query("savepoint a");
    await client.query("insert into t values (101)");
    await expect(client.query("select fail")).rejects.toMatchObject({ code: "42703" });
    await client.query("rollback to a");
    await client.query("insert into t values (102)");
    await client.query("commit");
    expect(loopback.engine.rows.slice(before)).toEqual([[100], [102]]);
  });

  it("shows and sets settings, and loses them with the transaction", async () => {
    await client.query("set statement_timeout = '2s'");
    expect((await client.query("show statement_timeout")).rows).toEqual([
      { statement_timeout: "2s" },
    ]);
    await client.query("begin; set local statement_timeout = 7000; set intervalstyle = iso_8601");
    expect((await client.query("show statement_timeout")).rows).toEqual([
      { statement_timeout: "7s" },
    ]);
    await client.query("rollback");
    expect((await client.query("show intervalstyle")).rows).toEqual([
      { IntervalStyle: "postgres" },
    ]);
    await client.query("reset statement_timeout");
    await expect(client.query("set datestyle = 'x'")).rejects.toMatchObject({ code: "22023" });
    await expect(client.query("set nosuch = 1")).rejects.toMatchObject({
      code: "42704",
      message: 'unrecognized configuration parameter "nosuch"',
    });
  });

  it("runs an autocommit statement again when its commit loses a conflict", async () => {
    const { engine } = loopback;
    const before = engine.rows.length;
    engine.conflicts = 3;
    const result = await client.query("insert into t values (7) returning n");
    expect(result.rows).toEqual([{ n: 7 }]);
    expect(engine.rows.length).toBe(before + 1);
    engine.conflicts = 2;
    engine.lateCommit = true;
    expect((await client.query("insert into t values ($1) returning n", [8])).rows).toEqual([
      { n: 8 },
    ]);
    expect(engine.rows.length).toBe(before + 2);
    engine.lateCommit = false;
    await client.query("set firstlight.autocommit_retry_limit = 0");
    engine.conflicts = 1;
    await expect(client.query("insert into t values (9)")).rejects.toMatchObject({ code: "40001" });
    await client.query("reset all");
    expect(engine.rows.length).toBe(before + 2);
  });

  it("runs BEGIN to COMMIT of one message again when it loses a conflict", async () => {
    const { engine } = loopback;
    const before = engine.rows.length;
    const whole = "begin; insert into t values (31) returning n; insert into t values (32); commit";
    engine.conflicts = 3;
    const results = (await client.query(whole)) as unknown as pg.QueryResult[];
    expect(results.map(({ command }) => command)).toEqual(["BEGIN", "INSERT", "INSERT", "COMMIT"]);
    expect(engine.rows.slice(before)).toEqual([[31], [32]]);
    engine.conflicts = 1;
    // What the client has seen of it is not taken back.
    await client.query("begin");
    await client.query("insert into t values (33)");
    await expect(client.query("commit")).rejects.toMatchObject({ code: "40001" });
    engine.conflicts = 50;
    await expect(client.query(whole)).rejects.toMatchObject({ code: "40001" });
    engine.conflicts = 0;
    expect((await client.query("select 1")).rowCount).toBe(1);
    expect(engine.rows.length).toBe(before + 2);
  });

  it("cancels a statement that waits", async () => {
    const running = client.query("select sleep");
    const refusal = expect(running).rejects.toMatchObject({
      code: "57014",
      message: "canceling statement due to user request",
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    const key = client as unknown as { processID: number; secretKey: number };
    await sendCancel(loopback.port, key.processID, key.secretKey);
    await refusal;
  });

  it("times a statement out", async () => {
    await client.query("set statement_timeout = 20");
    await expect(client.query("select sleep")).rejects.toMatchObject({
      code: "57014",
      message: "canceling statement due to statement timeout",
    });
    await client.query("reset statement_timeout");
    await expect(client.query("set statement_timeout = 20; select sleep")).rejects.toMatchObject({
      code: "57014",
    });
    expect((await client.query("show statement_timeout")).rows).toEqual([
      { statement_timeout: "0" },
    ]);
  });
});

describe("what goes over the wire", () => {
  it("answers a prepared statement with one write", async () => {
    const query = { name: "one", text: "select $1::int4", values: [7] };
    await client.query(query);
    loopback.writes.length = 0;
    expect((await client.query(query)).rowCount).toBe(1);
    expect(loopback.writes.length).toBe(1);
  });

  it("runs a whole pipeline again when its commit loses a conflict", async () => {
    const raw = await RawClient.connect(loopback.port);
    const { engine } = loopback;
    const before = engine.rows.length;
    engine.conflicts = 3;
    const parse = (text: string): Buffer => message("P", Buffer.from(`\0${text}\0\0\0`));
    const bind = message("B", Buffer.from("\0\0\0\0\0\0\0\0"));
    const execute = message("E", Buffer.from("\0\0\0\0\0"));
    raw.socket.write(
      Buffer.concat([
        ...[
          "insert into t values (21) returning n",
          "insert into t values (22)",
          "select 1",
        ].flatMap((text) => [parse(text), bind, execute]),
        message("C", Buffer.from("Sx\0")),
        message("S"),
      ]),
    );
    const answer = await raw.until("Z");
    expect(answer.map(({ type }) => type).join("")).toBe("12DC12C12DC3Z");
    expect(raw.tags(answer)).toEqual(["INSERT 0 1", "INSERT 0 1", "SELECT 1"]);
    expect(engine.rows.slice(before)).toEqual([[21], [22]]);
    engine.conflicts = 50;
    raw.socket.write(
      Buffer.concat([parse("insert into t values (23)"), bind, execute, message("S")]),
    );
    const refused = await raw.until("Z");
    // Nothing of the refused statement's answer is left: no CommandComplete before the error.
    expect(refused.map(({ type }) => type).join("")).toBe("12EZ");
    expect(raw.errorText(refused)).toContain("40001");
    engine.conflicts = 0;
    expect(engine.rows.length).toBe(before + 2);
    raw.close();
  });

  it("sends what a Flush asks for, and then does not run the statement again", async () => {
    const raw = await RawClient.connect(loopback.port);
    const { engine } = loopback;
    engine.conflicts = 1;
    raw.socket.write(
      Buffer.concat([
        message("P", Buffer.from("\0insert into t values (31)\0\0\0")),
        message("B", Buffer.from("\0\0\0\0\0\0\0\0")),
        message("E", Buffer.from("\0\0\0\0\0")),
        message("H"),
      ]),
    );
    expect(raw.tags(await raw.until("C"))).toEqual(["INSERT 0 1"]);
    raw.send("S");
    expect(raw.errorText(await raw.until("Z"))).toContain("40001");
    raw.close();
  });
});

describe("postgres.js", () => {
  it("pipelines, streams with a cursor, and runs transactions", async () => {
    const sql = postgres({
      host: "127.0.0.1",
      port: loopback.port,
      user: "postgres",
      database: "postgres",
      max: 1,
    });
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, at) => sql`select ${String(at)}`),
    );
    expect(results.map((rows) => Object.values(rows[0] ?? {})[0])).toEqual(
      Array.from({ length: 20 }, (_, at) => String(at)),
    );
    const seen: number[] = [];
    await sql`select generate_series(1, 25)`.cursor(10, (rows) => {
      seen.push(rows.length);
    });
    expect(seen).toEqual([10, 10, 5]);
    await sql.begin(async (tx) => {
      await tx`insert into t values (500)`;
    });
    expect(loopback.engine.rows.at(-1)).toEqual([500]);
    await sql.end();
  });
});
