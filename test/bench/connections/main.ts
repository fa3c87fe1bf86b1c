/**
 * What idle connections cost one query processor: opens them all, lets each run statements, and
 * reads the server's resident memory. Run with: npm run bench:connections -- --connections 5000
 */
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { parseArgs } from "node:util";
import { removeDirectory, startServer, temporaryDirectory } from "../../support/processes.ts";
import { SSL_REQUEST, messages, startupPacket } from "../../support/wire.ts";

const OPENING_AT_ONCE = 100;
/** V8 gives back what it does not need at rest only after a while. */
const REST_MILLIS = 15_000;
const READY = Buffer.from([0x5a, 0, 0, 0, 5]);

const { values } = parseArgs({
  options: {
    connections: { type: "string", default: "5000" },
    tls: { type: "boolean", default: false },
    limit: { type: "string", default: "400" },
  },
});
const count = Number(values.connections);

function residentMebibytes(pid: number): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, "latin1");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

/** Resolves at the next ReadyForQuery. */
function ready(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let tail = Buffer.alloc(0);
    const look = (data: Buffer): void => {
      tail = Buffer.concat([tail, data]).subarray(-6);
      if (!tail.subarray(0, 5).equals(READY)) return;
      socket.off("data", look);
      socket.off("close", gone);
      resolve();
    };
    const gone = (): void => reject(new Error("the server closed a connection"));
    socket.on("data", look);
    socket.on("close", gone);
  });
}

function plain(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => resolve(socket));
    socket.once("error", reject);
  });
}

async function secured(port: number): Promise<Socket> {
  const socket = await plain(port);
  const answer = new Promise((resolve) => socket.once("data", resolve));
  socket.write(SSL_REQUEST);
  await answer;
  return new Promise((resolve, reject) => {
    const own = connectTls({ socket, rejectUnauthorized: false }, () => resolve(own));
    own.once("error", reject);
  });
}

async function open(port: number): Promise<Socket> {
  const socket = values.tls ? await secured(port) : await plain(port);
  const answered = ready(socket);
  socket.write(startupPacket({ user: "postgres", database: "postgres" }));
  await answered;
  return socket;
}

async function ask(socket: Socket): Promise<void> {
  const answered = ready(socket);
  socket.write(
    Buffer.concat([
      messages.parse("select $1::int + 1", "s"),
      messages.bind(["1"], { statement: "s" }),
      messages.describe("P"),
      messages.execute(),
      messages.sync(),
    ]),
  );
  await answered;
}

async function inGroups<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += OPENING_AT_ONCE) {
    await Promise.all(items.slice(at, at + OPENING_AT_ONCE).map(work));
  }
}

const directory = temporaryDirectory("connections");
const tls = values.tls ? ["--tls", "on"] : [];
const server = await startServer(directory, ["--max-connections", String(count + 10), ...tls]);
const sockets: Socket[] = [];
try {
  const port = server.ports[0] ?? 0;
  const first = await open(port);
  await ask(first);
  sockets.push(first);
  const before = residentMebibytes(server.pid);
  const begun = performance.now();
  await inGroups(Array.from({ length: count - 1 }), async () => {
    sockets.push(await open(port));
  });
  const seconds = (performance.now() - begun) / 1000;
  await new Promise((resolve) => setTimeout(resolve, REST_MILLIS));
  const opened = residentMebibytes(server.pid);
  await inGroups(sockets, ask);
  await new Promise((resolve) => setTimeout(resolve, REST_MILLIS));
  const used = residentMebibytes(server.pid);
  console.table({
    "1 connection, MiB": Math.round(before),
    [`${String(count)} connections, MiB`]: Math.round(opened),
    "after a prepared statement in each, MiB": Math.round(used),
    "KiB per connection": Math.round(((used - before) * 1024) / (count - 1)),
    "opened per second": Math.round((count - 1) / seconds),
  });
  if (used > Number(values.limit)) {
    console.error(`more than ${values.limit} MiB`);
    process.exitCode = 1;
  }
} finally {
  for (const socket of sockets) socket.destroy();
  await server.stop();
  removeDirectory(directory);
}
