/** Sessions that misbehave: each ends in a clear error, and nobody else notices. */
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import type { Socket } from "node:net";
import type pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connectTo } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import type { Running } from "../support/processes.ts";
import {
  buildMissing,
  removeDirectory,
  startServer,
  temporaryDirectory,
} from "../support/processes.ts";
import type { WireMessage } from "../support/wire.ts";
import {
  WireClient,
  errorFields,
  frame,
  int16,
  int32,
  messages,
  startupPacket,
} from "../support/wire.ts";

const missing = buildMissing();
const MEBIBYTE = 2 ** 20;

function failure(received: readonly WireMessage[]): Readonly<Record<string, string>> {
  const found = received.find(({ tag }) => tag === "E");
  return found === undefined ? {} : errorFields(found.body);
}

function tally(received: readonly WireMessage[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { tag } of received) counts[tag] = (counts[tag] ?? 0) + 1;
  return counts;
}

describe.skipIf(missing !== undefined)("a session that misbehaves", () => {
  let directory: string;
  let running: Running;
  let port: number;
  let witness: pg.Client;
  let watching = false;
  let witnessed: Promise<number>;
  let clients: WireClient[] = [];

  beforeAll(async () => {
    directory = temporaryDirectory("hostile");
    running = await startServer(directory, [
      "--max-connections",
      "3000",
      "--max-message-size",
      "128",
    ]);
    port = running.ports[0] ?? 0;
    witness = await connectTo(port);
    // The disk is that of all tests: how slow it is is not looked at here.
    await witness.query("set firstlight.max_commit_delay = 0");
    await witness.query(
      "create table kept (id int primary key, v int); insert into kept values (1, 0)",
    );
  });
  afterAll(async () => {
    await witness?.end();
    await running?.stop();
    removeDirectory(directory);
  });

  /** Somebody else reads and writes all the while. */
  beforeEach(() => {
    watching = true;
    witnessed = (async () => {
      let rounds = 0;
      for (; watching || rounds === 0; rounds++) {
        await witness.query("update kept set v = v + 1 where id = 1");
        const { rows } = await witness.query("select count(*)::int as count from kept");
        expect(rows).toEqual([{ count: 1 }]);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return rounds;
    })();
  });
  afterEach(async () => {
    watching = false;
    expect(await witnessed).toBeGreaterThan(0);
    for (const client of clients) client.close();
    clients = [];
    await eventually("only the witness is left", async () => (await sessions()) === 1);
  });

  const sessions = async (): Promise<number> => {
    const { rows } = await witness.query<{ count: number }>(
      "select count(*)::int as count from pg_stat_activity",
    );
    return rows[0]?.count ?? 0;
  };

  const resident = (): number => {
    const status = readFileSync(`/proc/${String(running.pid)}/status`, "latin1");
    return Number(/VmRSS:\s+(\d+)/u.exec(status)?.[1]) / 1024;
  };

  const login = async (): Promise<WireClient> => {
    const client = await WireClient.connect(port);
    clients.push(client);
    return client;
  };

  const rawSocket = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => resolve(socket));
      socket.once("error", reject);
      socket.on("error", () => {});
    });

  /** A session whose client reads nothing any more. */
  const deaf = async (): Promise<Socket> => {
    const socket = await rawSocket();
    const answered = new Promise((resolve) => socket.once("data", resolve));
    socket.write(startupPacket({ user: "postgres", database: "postgres" }));
    await answered;
    socket.pause();
    return socket;
  };

  it("that never reads its endless rows is not read from, and takes no memory", async () => {
    const before = resident();
    const socket = await deaf();
    socket.write(
      messages.query("select i, repeat('x', 1000) from generate_series(1, 1000000000) i"),
    );
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(resident() - before).toBeLessThan(200);
    socket.destroy();
  });

  it("that sends a literal of 100 MB gets its answer or a clear error", async () => {
    const client = await login();
    const received = await client.query(`select length('${"x".repeat(100 * MEBIBYTE)}')`);
    const { C: code } = failure(received);
    if (code === undefined) expect(tally(received)).toMatchObject({ D: 1, Z: 1 });
    else expect(code).toMatch(/^54/u);
    expect(tally(await client.query("select 1"))).toMatchObject({ D: 1, Z: 1 });
  });

  it("that binds 100 MB gets them back", async () => {
    const client = await login();
    client.send(
      messages.parse("select length($1::text)"),
      messages.bind(["y".repeat(100 * MEBIBYTE)]),
      messages.execute(),
      messages.sync(),
    );
    expect(tally(await client.until("Z"))).toMatchObject({ D: 1, Z: 1 });
  });

  it("that announces more than a message may have is ended at once", async () => {
    const client = await login();
    client.send(Buffer.from("B"), int32(1_000 * MEBIBYTE));
    expect(failure(await client.until("Z"))).toMatchObject({
      S: "FATAL",
      C: "54000",
      M: "message of 1048576000 bytes is too long",
    });
    expect(client.closed).toBe(true);
  });

  it.each([
    ["a length that no message has", Buffer.concat([Buffer.from("Q"), int32(0x7fffffff)]), "08P01"],
    ["a negative length", Buffer.concat([Buffer.from("P"), int32(-5)]), "08P01"],
    ["a Sync that is too long", Buffer.concat([Buffer.from("S"), int32(20_000)]), "08P01"],
    ["bytes that are no message", Buffer.from("\u0001\u0002garbage garbage"), "08P01"],
  ])("that sends %s is ended", async (_name, bytes, code) => {
    const client = await login();
    client.send(bytes);
    expect(failure(await client.until("Z"))).toMatchObject({ S: "FATAL", C: code });
  });

  it("that sends messages that do not add up gets an error each, and goes on", async () => {
    const client = await login();
    const broken = [
      frame("P", Buffer.from("no end")),
      frame("B", Buffer.from("\0\0"), int16(3)),
      frame("B", Buffer.from("\0\0"), int16(0), int16(1), int32(1_000_000)),
      frame("D", Buffer.from("X\0")),
      frame("E", Buffer.from("\0")),
      frame("C", Buffer.from("?\0")),
      frame("P", Buffer.from("\0select 1\0"), int16(30_000)),
      frame("F", int32(1), int16(0), int16(0), int16(0)),
    ];
    for (const bytes of broken) {
      client.send(bytes, messages.sync());
      expect(failure(await client.until("Z"))).toMatchObject({ S: "ERROR" });
      if (bytes[0] === 0x46) await client.until("Z");
    }
    expect(tally(await client.query("select 1"))).toMatchObject({ D: 1, Z: 1 });
  });

  it("that keeps half a message back keeps only what it sent", async () => {
    const before = resident();
    for (let n = 0; n < 20; n++) {
      const client = await login();
      client.send(Buffer.from("Q"), int32(120 * MEBIBYTE), Buffer.alloc(10_000, "x"));
    }
    expect(await sessions()).toBe(21);
    expect(resident() - before).toBeLessThan(200);
  });

  it("that fills the server with half messages is ended, others are not", async () => {
    const sockets: WireClient[] = [];
    for (let n = 0; n < 16; n++) sockets.push(await login());
    for (const client of sockets) {
      client.send(Buffer.from("Q"), int32(120 * MEBIBYTE), Buffer.alloc(100 * MEBIBYTE, "x"));
    }
    await eventually("somebody was ended", () => sockets.some(({ closed }) => closed));
    const ended = sockets.find(({ closed }) => closed);
    expect(failure((await ended?.until("Z")) ?? [])).toMatchObject({ S: "FATAL", C: "53200" });
  });

  it("that prepares 100,000 statements is stopped at its limit", async () => {
    const client = await login();
    for (let from = 0; from < 100_000; from += 10_000) {
      const parses = Array.from({ length: 10_000 }, (_, i) =>
        messages.parse("select $1::int", `s${String(from + i)}`),
      );
      client.send(...parses, messages.sync());
      const received = await client.until("Z");
      if (from === 0) expect(tally(received)).toMatchObject({ 1: 10_000 });
      else expect(failure(received)).toMatchObject({ S: "ERROR", C: "54000" });
    }
    client.send(messages.query("deallocate all"));
    await client.until("Z");
    client.send(messages.parse("select 1", "again"), messages.sync());
    expect(tally(await client.until("Z"))).toMatchObject({ 1: 1 });
  });

  it("that opens 100,000 portals is stopped at its limit", async () => {
    const client = await login();
    client.send(messages.parse("select 1", "s"));
    for (let from = 0; from < 100_000; from += 10_000) {
      const binds = Array.from({ length: 10_000 }, (_, i) =>
        messages.bind([], { statement: "s", portal: `p${String(from + i)}` }),
      );
      client.send(...binds);
    }
    client.send(messages.sync());
    expect(failure(await client.until("Z"))).toMatchObject({ S: "ERROR", C: "54000" });
  });

  it("that sends a million Parse messages without Sync is answered as it reads", async () => {
    const before = resident();
    const client = await login();
    const some = Buffer.concat(Array.from({ length: 10_000 }, () => messages.parse("select 1")));
    for (let n = 0; n < 100; n++) client.send(some);
    client.send(messages.sync());
    expect(tally(await client.until("Z"))).toMatchObject({ 1: 1_000_000, Z: 1 });
    expect(resident() - before).toBeLessThan(300);
  });

  it("that sends a million Parse messages and reads no answer is not read from", async () => {
    const before = resident();
    const socket = await deaf();
    const some = Buffer.concat(Array.from({ length: 10_000 }, () => messages.parse("select 1")));
    for (let n = 0; n < 100; n++) socket.write(some);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(resident() - before).toBeLessThan(300);
    socket.destroy();
  });

  it("that never logs in makes room for those who do", async () => {
    const strangers: Socket[] = [];
    for (let n = 0; n < 1_500; n++) strangers.push(await rawSocket());
    for (const socket of strangers.slice(0, 700)) socket.write(Buffer.from([0, 0]));
    const client = await login();
    expect(tally(await client.query("select 1"))).toMatchObject({ D: 1 });
    for (const socket of strangers) socket.destroy();
  });

  it("that comes and goes thousands of times leaves nothing behind", async () => {
    const before = resident();
    const once = async (n: number): Promise<void> => {
      const client = await WireClient.connect(port);
      if (n % 3 === 0) client.send(messages.query("select pg_sleep(10)"));
      if (n % 3 === 1) client.send(messages.query("begin; update kept set v = 0 where id = 1"));
      client.close();
    };
    for (let n = 0; n < 3_000; n += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, i) => once(n + i)));
    }
    await eventually("they are gone", async () => (await sessions()) === 1);
    expect(resident() - before).toBeLessThan(200);
  });

  it("that copies garbage in is told, and nothing of it stays", async () => {
    const client = await login();
    await client.query("create temporary table target (a int, b text)");
    for (const copy of [
      "copy target from stdin",
      "copy target from stdin (format binary)",
      "copy target from stdin (format csv)",
    ]) {
      client.send(messages.query(copy));
      await client.until("G");
      client.send(frame("d", Buffer.alloc(100_000, 0x9f)), messages.copyDone());
      expect(failure(await client.until("Z"))["C"]).toMatch(/^22/u);
    }
    // A text that no message repeats, and no column behind it.
    client.send(messages.query("copy target (b, a) from stdin"));
    await client.until("G");
    for (let n = 0; n < 150; n++) client.send(frame("d", Buffer.alloc(MEBIBYTE, "7")));
    client.send(messages.copyDone());
    expect(failure(await client.until("Z"))["C"]).toMatch(/^(22|54|53)/u);
    const { body } =
      (await client.query("select count(*) from target")).find(({ tag }) => tag === "D") ?? {};
    expect(body?.toString("latin1").endsWith("0")).toBe(true);
  });

  it("that nests without end is told where the limit is", async () => {
    const client = await login();
    const nested = `select ${"(".repeat(200_000)}1${")".repeat(200_000)}`;
    // The grammar's own limit, as in PostgreSQL.
    expect(failure(await client.query(nested))).toMatchObject({ C: "42601" });
    const chain = `select 1${"+1".repeat(200_000)}`;
    expect(failure(await client.query(chain))).toMatchObject({ C: "54001" });
    const list = `select 1 in (${Array.from({ length: 200_000 }, (_, i) => String(i)).join(",")})`;
    expect(tally(await client.query(list))).toMatchObject({ Z: 1 });
  });
});
