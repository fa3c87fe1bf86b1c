/**
 * npm run bench:responsiveness: runs statements that compute for long and measures inside the server
 * for how long at one go they kept everybody else waiting, what other sessions saw, and how fast a
 * cancel request ends them. A table, and no verdict: times depend on the machine.
 * Options: --only PATTERN --seconds N (each statement's time, 3) --times N (the best of so many)
 * --every MEGABYTES (every function with a value of that size, of --letters xy) --over MILLISECONDS
 * (only those that hold for longer)
 * --profile (what was on the stack during holds) --node OPTIONS (of the server's node)
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type pg from "pg";
import { connectTo } from "../../support/databases.ts";
import { freePorts, removeDirectory, temporaryDirectory } from "../../support/processes.ts";
import { everyValue } from "./every-value.ts";
import { LARGE_VALUES } from "./large-values.ts";
import { MANY_PARTS } from "./many-parts.ts";
import { NASTY, SETUP } from "./nasty-statements.ts";
import type { Nasty } from "./nasty-statements.ts";

const MAIN = fileURLToPath(new URL("../../../packages/server/dist/main.js", import.meta.url));
const PROBE = new URL("loop-probe.mjs", import.meta.url).href;
const PING_MILLIS = 10;
const CANCEL_AFTER_MILLIS = 300;

interface Hold {
  readonly wall: number;
  readonly cpu: number;
  readonly own: number;
  readonly gc: number;
  readonly stacks?: readonly string[];
}

/** Milliseconds at one go: by the clock, computed, computed but for garbage collection, and that. */
interface Worst extends Hold {
  /** kB. */
  readonly rss: number;
  /** The worst of them with what was on the stack, with --profile. */
  readonly worst?: readonly Hold[];
}

interface Server {
  readonly port: number;
  worst(): Promise<Worst>;
  stop(): Promise<void>;
}

async function startServer(profile: boolean, nodeOptions: readonly string[]): Promise<Server> {
  const directory = temporaryDirectory("responsiveness");
  const port = await freePorts(1);
  const args = ["--import", PROBE, "--expose-gc", ...nodeOptions, MAIN, "start"];
  const options = ["--data-dir", directory, "--port", String(port)];
  const child = spawn(process.execPath, [...args, ...options], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
    env: { ...process.env, ...(profile ? { RESPONSIVENESS_PROFILE: "1" } : {}) },
  });
  if (child.stdout !== null) await once(child.stdout, "data");
  return {
    port,
    worst: async () => {
      child.send("worst");
      const [answer] = (await once(child, "message")) as [Worst];
      return answer;
    },
    stop: async () => {
      child.kill("SIGTERM");
      await once(child, "exit");
      removeDirectory(directory);
    },
  };
}

/** Asks again and again until it is told to stop; the longest answer. */
function ping(client: pg.Client): () => Promise<number> {
  let stopped = false;
  let worst = 0;
  const pinging = (async () => {
    while (!stopped) {
      const from = performance.now();
      await client.query("select 1");
      worst = Math.max(worst, performance.now() - from);
      await new Promise((resolve) => setTimeout(resolve, PING_MILLIS));
    }
  })();
  return async () => {
    stopped = true;
    await pinging;
    return worst;
  };
}

interface Outcome {
  readonly millis: number;
  readonly code: string;
}

async function run(client: pg.Client, { text, values }: Nasty): Promise<Outcome> {
  const from = performance.now();
  const code = await client.query(text, values && [...values]).then(
    () => "done",
    (error: pg.DatabaseError) => error.code ?? error.message,
  );
  return { millis: performance.now() - from, code };
}

/** How long after a request to cancel the statement ended; undefined when it was done before. */
async function cancelled(
  client: pg.Client,
  other: pg.Client,
  each: Nasty,
): Promise<number | undefined> {
  const { processID } = client as unknown as { readonly processID: number };
  const running = run(client, each).then((outcome) => ({ ...outcome, at: performance.now() }));
  await new Promise((resolve) => setTimeout(resolve, CANCEL_AFTER_MILLIS));
  const from = performance.now();
  await other.query(`select pg_cancel_backend(${processID})`).catch(() => {});
  const { code, at } = await running;
  return code === "57014" ? at - from : undefined;
}

function shown(millis: number | undefined): string {
  return (millis === undefined ? "-" : millis.toFixed(0)).padStart(8);
}

interface Measured {
  readonly code: string;
  readonly figures: readonly (number | undefined)[];
  readonly worst: readonly Hold[];
}

async function measure(server: Server, each: Nasty, seconds: number): Promise<Measured> {
  const busy = await connectTo(server.port);
  const other = await connectTo(server.port);
  const undo = async (): Promise<void> => {
    for (const text of each.undo ?? []) await other.query(text).catch(() => {});
  };
  await busy.query(`set statement_timeout = ${seconds * 1000}`);
  await server.worst();
  const pinged = ping(other);
  const { millis, code } = await run(busy, each);
  const pings = await pinged();
  const { cpu, own, gc, wall, rss, worst = [] } = await server.worst();
  await busy.query("rollback").catch(() => {});
  await undo();
  const late = code === "57014" ? millis - seconds * 1000 : undefined;
  const cancel =
    millis > 500 && values.every === undefined ? await cancelled(busy, other, each) : undefined;
  await busy.query("rollback").catch(() => {});
  await undo();
  await busy.end();
  await other.end();
  return { code, figures: [cpu, own, gc, wall, pings, late, cancel, millis, rss / 1024], worst };
}

/** Chance only adds to a hold: the least of several is the statement's own. */
function least(several: readonly Measured[]): Measured {
  const [first] = several;
  if (first === undefined) throw new Error("nothing was measured");
  const figures = first.figures.map((_figure, at) => {
    const known = several.map((each) => each.figures[at]).filter((each) => each !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  });
  return { ...first, figures };
}

const { values } = parseArgs({
  options: {
    only: { type: "string" },
    seconds: { type: "string" },
    times: { type: "string" },
    profile: { type: "boolean" },
    node: { type: "string" },
    every: { type: "string" },
    letters: { type: "string" },
    over: { type: "string" },
  },
});

/** With --every: what the catalogs have, with values of so many megabytes. */
function measuredStatements(): readonly Nasty[] {
  const { every, letters = "xy" } = values;
  return every === undefined
    ? [...NASTY, ...MANY_PARTS, ...LARGE_VALUES]
    : everyValue(Number(every), letters);
}
const server = await startServer(
  values.profile === true,
  (values.node ?? "--max-semi-space-size=64").split(" "),
);
try {
  const client = await connectTo(server.port);
  for (const text of SETUP) await client.query(text);
  await client.end();
  const titles = ["hold", "own", "gc", "gap", "ping", "late", "cancel", "ms", "MiB"];
  console.log(`${"".padEnd(56)}${titles.map((title) => title.padStart(8)).join("")}`);
  for (const each of measuredStatements()) {
    if (values.only !== undefined && !new RegExp(values.only, "u").test(each.name)) continue;
    const several: Measured[] = [];
    for (let time = 0; time < Number(values.times ?? 1); time++) {
      several.push(await measure(server, each, Number(values.seconds ?? 3)));
    }
    const { code, figures, worst } = least(several);
    if ((figures[0] ?? 0) < Number(values.over ?? 0)) continue;
    console.log(`${each.name.padEnd(50)}${code.padEnd(6)}${figures.map(shown).join("")}`);
    for (const { own, gc, stacks = [] } of worst) {
      console.log(`    ${own.toFixed(1)} ms and ${gc.toFixed(1)} ms of collection`);
      for (const stack of stacks) console.log(`      ${stack}`);
    }
  }
} finally {
  await server.stop();
}
