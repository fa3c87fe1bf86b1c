/** The beginning and the end of connections, and clients that mean no good. */
import { connect } from "node:net";
import fc from "fast-check";
import pg from "pg";
import { afterEach, describe, expect, it } from "vitest";
import { scramVerifier } from "../wire/scram.ts";
import { startLoopback, testRuntime } from "./testing/loopback.ts";
import type { Loopback } from "./testing/loopback.ts";
import { RawClient, message, startupPacket } from "./testing/raw-client.ts";

let loopback: Loopback | undefined;

afterEach(async () => {
  await loopback?.stop();
  loopback = undefined;
});

async function start(...args: Parameters<typeof startLoopback>): Promise<Loopback> {
  loopback = await startLoopback(...args);
  return loopback;
}

/** What the server says to these bytes before it closes the connection. */
async function fate(port: number, bytes: Buffer): Promise<string> {
  const client = new RawClient(port);
  client.socket.write(bytes);
  return client.errorText(await client.untilClosed());
}

function int32s(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) bytes.writeInt32BE(value, at * 4);
  return bytes;
}

describe("startup", () => {
  it("answers encryption requests with N and goes on in the clear", async () => {
    const { port } = await start();
    const socket = connect(port, "127.0.0.1");
    socket.write(int32s(8, 80877104));
    expect((await once(socket)).toString()).toBe("N");
    socket.write(int32s(8, 80877103));
    expect((await once(socket)).toString()).toBe("N");
    socket.write(startupPacket({ user: "postgres" }));
    expect((await once(socket)).toString("latin1", 0, 1)).toBe("R");
    socket.destroy();
  });

  it("reports the parameters that clients follow, the key, and readiness", async () => {
    const { port } = await start();
    const client = new RawClient(port);
    client.socket.write(
      startupPacket({
        user: "postgres",
        database: "postgres",
        application_name: "me",
        options: "-c statement_timeout=5s --intervalstyle=iso_8601",
      }),
    );
    const messages = await client.until("Z");
    const status = new Map(
      messages
        .filter(({ type }) => type === "S")
        .map(({ body }) => body.toString().split("\0") as [string, string]),
    );
    expect(status.get("server_version")).toMatch(/^16\./);
    expect(status.get("application_name")).toBe("me");
    expect(status.get("IntervalStyle")).toBe("iso_8601");
    expect([...status.keys()].toSorted()).toEqual(
      [
        "DateStyle",
        "IntervalStyle",
        "TimeZone",
        "application_name",
        "client_encoding",
        "default_transaction_read_only",
        "in_hot_standby",
        "integer_datetimes",
        "is_superuser",
        "scram_iterations",
        "server_encoding",
        "server_version",
        "session_authorization",
        "standard_conforming_strings",
      ].toSorted(),
    );
    expect(messages.map(({ type }) => type).join("")).toMatch(/^RS+KZ$/);
    client.query("show statement_timeout");
    expect((await client.until("Z")).some(({ body }) => body.toString().includes("5s"))).toBe(true);
    client.query("set application_name = 'you'");
    expect((await client.until("Z")).map(({ type }) => type).join("")).toBe("CSZ");
    client.close();
  });

  it("negotiates a newer minor version and unknown protocol options", async () => {
    const { port } = await start();
    const client = new RawClient(port);
    client.socket.write(
      startupPacket({ user: "postgres", "_pq_.x": "1", database: "postgres" }, 196610),
    );
    const [first] = await client.until("Z");
    expect(first?.type).toBe("v");
    expect(first?.body).toEqual(Buffer.concat([int32s(0, 1), Buffer.from("_pq_.x\0")]));
    client.close();
  });

  it("refuses who and what it does not know", async () => {
    const { port } = await start();
    expect(await fate(port, startupPacket({ user: "nobody" }))).toBe(
      'FATAL 28000 role "nobody" does not exist',
    );
    expect(await fate(port, startupPacket({ user: "postgres", database: "x" }))).toBe(
      'FATAL 3D000 database "x" does not exist',
    );
    expect(await fate(port, startupPacket({ database: "x" }))).toBe(
      "FATAL 28000 no PostgreSQL user name specified in startup packet",
    );
    expect(await fate(port, startupPacket({ user: "postgres", nosuch: "1" }))).toBe(
      'FATAL 42704 unrecognized configuration parameter "nosuch"',
    );
    expect(await fate(port, startupPacket({ user: "postgres" }, 0x20000))).toBe(
      "FATAL 0A000 unsupported frontend protocol 2.0: server supports 3.0 to 3.0",
    );
  });

  it("accepts who somebody is before it refuses what they want, so that libpq does not try again", async () => {
    const { port } = await start();
    for (const wanted of [{ user: "nobody" }, { user: "postgres", database: "x" }]) {
      const client = new RawClient(port);
      client.socket.write(startupPacket(wanted));
      expect((await client.untilClosed()).map(({ type }) => type).join("")).toBe("RE");
    }
  });

  it("refuses packets that lie about their length", async () => {
    const { port } = await start();
    for (const length of [0, 7, -1, 10_001, 0x7fffffff]) {
      expect(await fate(port, int32s(length, 196608))).toBe(
        "FATAL 08P01 invalid length of startup packet",
      );
    }
  });

  it("refuses one connection too many, and has room again when one goes", async () => {
    const { port, server } = await start({ connectionsMax: 2 });
    const first = await RawClient.connect(port);
    const second = await RawClient.connect(port);
    expect(await fate(port, startupPacket({ user: "postgres" }))).toBe(
      "FATAL 53300 sorry, too many clients already",
    );
    first.send("X");
    await first.untilClosed();
    while (server.connections > 1) await new Promise((resolve) => setTimeout(resolve, 1));
    const third = await RawClient.connect(port);
    third.close();
    second.close();
  });

  it("ends connections that never finish their startup", async () => {
    const { port } = await start({ authenticationTimeoutMicros: 30_000 });
    expect(await fate(port, int32s(100).subarray(0, 3))).toBe(
      "FATAL 57014 canceling authentication due to timeout",
    );
  });
});

async function once(socket: ReturnType<typeof connect>): Promise<Buffer> {
  return new Promise((resolve) => socket.once("data", resolve));
}

describe("SCRAM-SHA-256", () => {
  async function attempt(password: string): Promise<string> {
    const { port, engine } = loopback ?? (await start());
    engine.roles.set("postgres", {
      login: true,
      superuser: true,
      verifier: scramVerifier("sesame", testRuntime().random),
    });
    const client = new pg.Client({
      host: "127.0.0.1",
      port,
      user: "postgres",
      database: "postgres",
      password,
    });
    try {
      await client.connect();
      await client.end();
      return "connected";
    } catch (error) {
      return error instanceof Error ? error.message : "?";
    }
  }

  it("lets the right password in and no other", async () => {
    expect(await attempt("sesame")).toBe("connected");
    expect(await attempt("sesam")).toBe('password authentication failed for user "postgres"');
  });

  it("asks for a proof where a role without password is not trusted", async () => {
    const { port } = await start({}, { access: { proof: { kind: "password", trust: false } } });
    const client = new RawClient(port);
    client.socket.write(startupPacket({ user: "nobody" }));
    const [first] = await client.until("R");
    expect(first?.body.readInt32BE(0)).toBe(10);
    client.close();
  });
});

describe("a hostile client", () => {
  it("is refused when a message lies about its length or type", async () => {
    const { port } = await start({ messageBytesMax: 20_000 });
    const greeting = startupPacket({ user: "postgres", database: "postgres" });
    const bad = (type: string, length: number): Buffer =>
      Buffer.concat([greeting, Buffer.from(type), int32s(length)]);
    expect(await fate(port, bad("Q", 3))).toBe("FATAL 08P01 invalid message length");
    expect(await fate(port, bad("Q", -5))).toBe("FATAL 08P01 invalid message length");
    expect(await fate(port, bad("Q", 2 ** 30))).toBe("FATAL 08P01 invalid message length");
    expect(await fate(port, bad("Q", 20_001))).toBe(
      "FATAL 54000 message of 20001 bytes is too long",
    );
    expect(await fate(port, bad("S", 10_001))).toBe("FATAL 08P01 invalid message length");
    expect(await fate(port, bad("z", 4))).toBe("FATAL 08P01 invalid frontend message type 122");
  });

  it("harms nobody else with any bytes, cut anywhere", async () => {
    const { port } = await start({ messageBytesMax: 100_000 });
    const witness = await RawClient.connect(port);
    const field = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .constantFrom("\0", "select 1\0", "copy t from stdin\0", "begin\0", "\0\0\0\0")
        .map((text) => Buffer.from(text)),
    );
    const frame = fc
      .tuple(fc.constantFrom(...Array.from("QPBDECHSXFdcfp")), fc.array(field, { maxLength: 4 }))
      .map(([type, parts]) => message(type, Buffer.concat(parts)));
    const bytes = fc.array(
      fc.oneof(
        { weight: 5, arbitrary: frame },
        { weight: 1, arbitrary: fc.uint8Array({ maxLength: 30 }).map((raw) => Buffer.from(raw)) },
      ),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.nat(60), async (frames, cut) => {
        const client = await RawClient.connect(port);
        const all = Buffer.concat(frames);
        client.socket.write(all.subarray(0, cut));
        await new Promise((resolve) => setImmediate(resolve));
        client.socket.end(all.subarray(cut));
        await client.untilClosed();
        witness.query("select 1");
        const answer = await witness.until("Z");
        expect(answer.map(({ type }) => type).join("")).toBe("TDCZ");
      }),
      { numRuns: 200 },
    );
    witness.close();
  });

  it("that never reads is not read from, and does not fill the server's memory", async () => {
    const { port, writes, engine } = await start();
    const client = await RawClient.connect(port);
    client.socket.pause();
    writes.length = 0;
    client.query("select generate_series(1, 20000000)");
    let last = -1;
    while (writes.length === 0 || writes.length !== last) {
      last = writes.length;
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    const bytes = writes.reduce((sum, one) => sum + one.length, 0);
    expect(bytes).toBeGreaterThan(60_000);
    expect(bytes).toBeLessThan(50_000_000);
    const other = await RawClient.connect(port);
    other.query("select 1");
    expect((await other.until("Z")).length).toBe(4);
    expect(engine.executions).toBe(2);
    client.close();
    other.close();
  });
});

describe("shutdown", () => {
  it("tells idle sessions and those in a statement, and waits for the statement", async () => {
    const { port, server, engine } = await start();
    const idle = await RawClient.connect(port);
    const busy = await RawClient.connect(port);
    engine.lateCommit = true;
    busy.query("insert into t values (1)");
    while (engine.executions === 0) await new Promise((resolve) => setImmediate(resolve));
    await server.drain();
    const told = "FATAL 57P01 terminating connection due to administrator command";
    expect(idle.errorText(await idle.untilClosed())).toBe(told);
    const answer = await busy.untilClosed();
    expect(busy.errorText(answer)).toBe(told);
    expect(busy.tags(answer)).toEqual(["INSERT 0 1"]);
    expect(await fate(port, startupPacket({ user: "postgres" }))).toBe(
      "FATAL 57P03 the database system is shutting down",
    );
  });

  it("does not wait for ever for a client that does not read", async () => {
    const { port, server } = await start();
    const client = await RawClient.connect(port);
    client.socket.pause();
    client.query("select generate_series(1, 20000000)");
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.drain(20_000);
    expect(server.connections).toBe(0);
    client.close();
  });

  it("rolls back what a lost client had begun", async () => {
    const { port, engine, server } = await start();
    const client = await RawClient.connect(port);
    client.query("begin; insert into t values (1)");
    await client.until("Z");
    client.close();
    while (server.connections > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(engine.rollbacks).toBe(1);
    expect(engine.rows).toEqual([]);
  });

  it("ends sessions that are idle for too long", async () => {
    const { port } = await start();
    const client = await RawClient.connect(port);
    client.query("set idle_session_timeout = 20");
    expect(client.errorText(await client.untilClosed())).toBe(
      "FATAL 57P05 terminating connection due to idle-session timeout",
    );
    const other = await RawClient.connect(port, {
      options: "-c idle_in_transaction_session_timeout=20",
    });
    other.query("begin");
    expect(other.errorText(await other.untilClosed())).toBe(
      "FATAL 25P03 terminating connection due to idle-in-transaction timeout",
    );
  });
});
