/**
 * npm run bench:tls: what encryption costs, in Firstlight and in PostgreSQL 16 with the same
 * certificate: point reads with pgbench, a large result, and connections per second.
 * Options: --seconds N (5) --clients N (8) --scale N (1)
 */
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startOracle } from "../../oracle/oracle.ts";
import { removeDirectory, startServer, temporaryDirectory } from "../../support/processes.ts";
import { initialize } from "../pgbench.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    clients: { type: "string", default: "8" },
    scale: { type: "string", default: "1" },
  },
});
const NOBODY = 65_534;
const ROWS = 500_000;

function run(file: string, args: readonly string[], port: number, sslmode: string): string {
  const env = { ...process.env, PGHOST: "127.0.0.1", PGPORT: String(port), PGSSLMODE: sslmode };
  return execFileSync(file, args, {
    env: { ...env, PGUSER: "postgres", PGDATABASE: "postgres" },
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function pointReads(port: number, sslmode: string): number {
  const words = ["-n", "-S", "-M", "prepared", "-c", values.clients, "-T", values.seconds];
  return Number(/tps = ([\d.]+)/u.exec(run("pgbench", words, port, sslmode))?.[1]);
}

function connections(port: number, sslmode: string): number {
  const words = ["-n", "-S", "-C", "-c", values.clients, "-T", values.seconds];
  return Number(/tps = ([\d.]+)/u.exec(run("pgbench", words, port, sslmode))?.[1]);
}

/** Mebibytes per second. */
function largeResult(port: number, sslmode: string): number {
  const query = `copy (select i, repeat('x', 200) from generate_series(1, ${String(ROWS)}) i) to stdout`;
  const begun = performance.now();
  const { length } = run("psql", ["-X", "-c", query], port, sslmode);
  return length / 2 ** 20 / ((performance.now() - begun) / 1000);
}

const directory = temporaryDirectory("tls-bench");
const certificates = mkdtempSync(join(tmpdir(), "firstlight-tls-bench-"));
const server = await startServer(directory, ["--tls", "on"]);
chmodSync(certificates, 0o711);
for (const name of ["server.crt", "server.key"]) {
  const path = join(certificates, name);
  copyFileSync(join(directory, "tls", name), path);
  chmodSync(path, 0o600);
  if (process.getuid?.() === 0) chownSync(path, NOBODY, NOBODY);
}
const oracle = await startOracle([
  "ssl=on",
  `ssl_cert_file=${certificates}/server.crt`,
  `ssl_key_file=${certificates}/server.key`,
]);
try {
  const rows: Record<string, Record<string, number>> = {};
  for (const [name, port] of [
    ["Firstlight", server.ports[0] ?? 0],
    ["PostgreSQL", oracle.port],
  ] as const) {
    await initialize(port, Number(values.scale));
    for (const sslmode of ["disable", "require"]) {
      rows[`${name}, ${sslmode === "require" ? "TLS" : "plain"}`] = {
        "point reads/s": Math.round(pointReads(port, sslmode)),
        "large result MiB/s": Math.round(largeResult(port, sslmode)),
        "connections/s": Math.round(connections(port, sslmode)),
      };
    }
  }
  console.table(rows);
} finally {
  await oracle.stop();
  await server.stop();
  removeDirectory(directory);
  rmSync(certificates, { recursive: true, force: true });
}
