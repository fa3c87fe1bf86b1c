/** LISTEN and NOTIFY through drivers: node-postgres and postgres.js, and psql. */
import { spawn } from "node:child_process";
import pg from "pg";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { COMPOSITIONS, startDatabase } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import { buildMissing } from "../support/processes.ts";

const missing = buildMissing();

describe.each(COMPOSITIONS)(`notifications, %s${missing ?? ""}`, (composition) => {
  let database: TestDatabase;

  beforeAll(async () => {
    if (missing === undefined) database = await startDatabase(composition);
  });
  afterAll(async () => {
    await database?.destroy();
  });

  const test = it.skipIf(missing !== undefined);
  const portOf = (n: number): number =>
    database.running.ports[n % database.running.ports.length] ?? 0;

  test("I12: node-postgres hears every notification once, in the order of commits", async () => {
    const [listener, first, second] = await Promise.all([0, 0, 1].map((n) => database.connect(n)));
    if (listener === undefined || first === undefined || second === undefined) throw new Error();
    const heard: pg.Notification[] = [];
    listener.on("notification", (message) => heard.push(message));
    await listener.query("listen jobs");
    const count = 50;
    const send = async (client: pg.Client, name: string): Promise<void> => {
      for (let i = 0; i < count; i++) {
        await client.query("select pg_notify($1, $2)", ["jobs", `${name} ${i}`]);
      }
    };
    await Promise.all([send(first, "a"), send(second, "b")]);
    await eventually("all were heard", () => heard.length === 2 * count);
    for (const name of ["a", "b"]) {
      const own = heard.filter(({ payload }) => payload?.startsWith(name) === true);
      expect(own.map(({ payload }) => payload)).toEqual(
        Array.from({ length: count }, (_, i) => `${name} ${i}`),
      );
    }
    const { rows } = await second.query<{ pid: number }>("select pg_backend_pid() as pid");
    const senders = new Set(
      heard.filter((each) => each.payload?.startsWith("b")).map((each) => each.processId),
    );
    expect([...senders]).toEqual([rows[0]?.pid]);
    await Promise.all([listener, first, second].map((client) => client.end()));
  });

  test("postgres.js listens and notifies", async () => {
    const options = { host: "127.0.0.1", user: "postgres", database: "postgres", max: 2 };
    const listener = postgres({ ...options, port: portOf(1) });
    const sender = postgres({ ...options, port: portOf(0) });
    const heard: string[] = [];
    const listening = await listener.listen("news", (payload) => void heard.push(payload));
    await sender.notify("news", "one");
    await sender.begin(async (sql) => {
      await sql`select pg_notify(${"news"}, ${"two"})`;
      await sql`select 1`;
    });
    await sender
      .begin(async (sql) => {
        await sql`select pg_notify(${"news"}, ${"never"})`;
        throw new Error("rolled back");
      })
      .catch(() => undefined);
    await sender.notify("news", "three");
    await eventually("three were heard", () => heard.length >= 3);
    await listening.unlisten();
    await sender.notify("news", "four");
    expect(heard).toEqual(["one", "two", "three"]);
    await listener.end();
    await sender.end();
  });

  test("psql prints what the session notified itself of beneath the command", async () => {
    const place = ["-h", "127.0.0.1", "-p", String(portOf(0)), "-U", "postgres", "postgres"];
    const psql = spawn("psql", ["-X", ...place]);
    let output = "";
    psql.stdout.on("data", (data: Buffer) => (output += data.toString()));
    const ended = new Promise((resolve) => psql.once("close", resolve));
    psql.stdin.end("listen a;\nnotify a, 'x';\nbegin;\nnotify a, 'y';\ncommit;\n");
    await ended;
    const lines = output.trim().split("\n");
    expect(lines.map((line) => line.replace(/PID \d+/u, "PID n"))).toEqual([
      "LISTEN",
      "NOTIFY",
      'Asynchronous notification "a" with payload "x" received from server process with PID n.',
      "BEGIN",
      "NOTIFY",
      "COMMIT",
      'Asynchronous notification "a" with payload "y" received from server process with PID n.',
    ]);
  });
});
