/**
 * Runs backslash commands through psql on PostgreSQL and on Firstlight and compares what it prints,
 * output and errors together, after the named normalisations.
 */
import { execFileSync, spawn } from "node:child_process";
import { PLACE, WORKING_COMMANDS } from "./working-commands.ts";
import { INSPECTING_COMMANDS } from "./inspecting-commands.ts";

export interface Case {
  readonly command: string;
  readonly script: string;
}

export interface Outcome extends Case {
  readonly postgres: string;
  readonly firstlight: string;
}

export interface Place {
  readonly port: number;
  readonly directory: string;
}

export function psqlMissing(): string | undefined {
  try {
    execFileSync("psql", ["--version"], { stdio: "pipe" });
    return undefined;
  } catch {
    return "there is no psql on this machine";
  }
}

function casesOf(commands: Readonly<Record<string, readonly string[]>>): Case[] {
  return Object.entries(commands).flatMap(([command, scripts]) =>
    scripts.map((script) => ({ command, script })),
  );
}

export const CASES: readonly Case[] = [
  ...casesOf(INSPECTING_COMMANDS),
  ...casesOf(WORKING_COMMANDS),
];

/** What may differ, and only that: where the server is, its version, times, OIDs and sizes. */
const NORMALISATIONS: readonly (readonly [what: string, pattern: RegExp, by: string])[] = [
  ["port", /port "\d+"|port \d+/gu, "port PORT"],
  ["server version", /server 1\d[\w. ()-]*/gu, "server VERSION"],
  ["duration", /Time: [\d.]+ ms.*/gu, "Time: MS"],
  ["time of day", /[A-Z][a-z]{2} [A-Z][a-z]{2} +\d+ [\d:]{8} \d{4}/gu, "TIME"],
  ["place in PostgreSQL's source", /^LOCATION: .*\n/gmu, ""],
  ["size", /\b\d+ (?:bytes|kB|MB|GB)/gu, "SIZE"],
  ["time stamp", /\b20\d\d-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?:\+00)?/gu, "STAMP"],
  ["number of the schema of temporary relations", /pg_temp_\d+/gu, "pg_temp_N"],
  ["large object", /\b(lo_(?:import|unlink)) \d{3,}/gu, "$1 OID"],
  ["process", /\bPID \d+/gu, "PID N"],
  ["uuid", /\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/gu, "UUID"],
];

/** Columns of sizes are as wide as the sizes: then blanks and rules count once. */
function withoutWidths(text: string): string {
  return /SIZE|pg_temp_N/u.test(text) ? text.replace(/ +/gu, " ").replace(/-{2,}/gu, "-") : text;
}

export function normalised(text: string): string {
  let result = text;
  for (const [, pattern, by] of NORMALISATIONS) result = result.replace(pattern, by);
  return withoutWidths(result);
}

const MILLIS_MAX = 60_000;

/** psql's output and errors in the order in which it wrote them. */
export function runPsql({ port, directory }: Place, script: string): Promise<string> {
  const server = ["-h", "127.0.0.1", "-p", String(port), "-U", "postgres", "-d", "postgres"];
  const command = ["exec psql -X -f -", ...server, "2>&1"].join(" ");
  return new Promise((resolve) => {
    const child = spawn("/bin/sh", ["-c", command], {
      env: { ...process.env, PAGER: "cat", LC_ALL: "C.UTF-8", COLUMNS: "80" },
      timeout: MILLIS_MAX,
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
    child.once("close", () => resolve(output.replaceAll(directory, PLACE)));
    child.stdin.on("error", () => {});
    child.stdin.end(`${script.replaceAll(PLACE, directory)}\n`);
  });
}

export async function compareCase(
  each: Case,
  postgres: Place,
  firstlight: Place,
): Promise<Outcome> {
  const [first, second] = await Promise.all([
    runPsql(postgres, each.script),
    runPsql(firstlight, each.script),
  ]);
  return { ...each, postgres: normalised(first), firstlight: normalised(second) };
}
