/**
 * pg_dump, pg_dumpall, pg_restore and psql against servers that pg_dump takes for ones of its own
 * version: PostgreSQL by a proxy (version-proxy.ts), Firstlight by a setting of its own.
 */
import { execFileSync } from "node:child_process";
import { runProgram } from "../support/command.ts";

const PROGRAMS = ["pg_dump", "pg_dumpall", "pg_restore", "psql"];

/** The version of pg_dump, as servers tell theirs. */
export function dumpVersion(): string {
  const text = execFileSync("pg_dump", ["--version"], { encoding: "utf8" });
  return /\d+\.\d+/u.exec(text)?.[0] ?? "15.0";
}

export function dumpToolsMissing(): string | undefined {
  for (const program of PROGRAMS) {
    try {
      execFileSync(program, ["--version"], { stdio: "pipe" });
    } catch {
      return `there is no ${program} on this machine`;
    }
  }
  return undefined;
}

export interface DumpServer {
  /** Of the server itself. */
  readonly port: number;
  /** Of the proxy in front of it, if there is one. */
  readonly dumpPort: number;
  /** The version that it is asked to tell, without a proxy. */
  readonly toldVersion?: string;
}

function environment(port: number, version?: string): NodeJS.ProcessEnv {
  return {
    ...(version === undefined ? {} : { PGOPTIONS: `-c firstlight.server_version=${version}` }),
    ...process.env,
    PGHOST: "127.0.0.1",
    PGPORT: String(port),
    PGUSER: "postgres",
    PGDATABASE: "postgres",
    PGSSLMODE: "disable",
    PGTZ: "UTC",
  };
}

/** Of foreign keys in a circle, which data alone cannot be restored under. */
const WARNINGS = /^pg_dump: (?:warning|detail|hint): .*\n/gmu;

async function run(
  program: string,
  port: number,
  args: readonly string[],
  { input = "", version }: { readonly input?: string; readonly version?: string } = {},
): Promise<string> {
  const result = await runProgram(program, [...args], { env: environment(port, version), input });
  const said = result.stderr.replace(WARNINGS, "");
  if (result.code !== 0 || said !== "") {
    throw new Error(`${program} ${args.join(" ")}: ${String(result.code)} ${result.stderr}`);
  }
  return result.stdout;
}

/** Keys that psql's restricted mode takes, and the server's version. */
function comparable(dump: string): string {
  return dump.replace(/^\\(?:un)?restrict .*$/gmu, "").replace(/^-- Dumped from.*$/gmu, "");
}

function asOld({ toldVersion }: DumpServer): { readonly version?: string } {
  return toldVersion === undefined ? {} : { version: toldVersion };
}

export async function dump(server: DumpServer, ...args: string[]): Promise<string> {
  return comparable(await run("pg_dump", server.dumpPort, args, asOld(server)));
}

/** Keys of passwords are salted. */
function withoutPasswords(text: string): string {
  return text.replace(/PASSWORD '[^']*'/gu, "PASSWORD 'X'");
}

/** Roles that are there from the start are left out. */
export async function dumpAll(server: DumpServer, ...args: string[]): Promise<string> {
  const text = comparable(await run("pg_dumpall", server.dumpPort, args, asOld(server)));
  return withoutPasswords(text.replace(/^(?:CREATE|ALTER) ROLE "?(?:postgres|admin)\b.*\n/gmu, ""));
}

/** Roles with their memberships and settings; those that are there from the start are left out. */
export async function dumpRoles(server: DumpServer): Promise<string> {
  const roles = ["--roles-only"];
  const text = comparable(await run("pg_dumpall", server.dumpPort, roles, asOld(server)));
  return text.replace(/^(?:CREATE|ALTER) ROLE (?:postgres|admin)\b.*\n/gmu, "");
}

export async function dumpToFile(server: DumpServer, ...args: string[]): Promise<void> {
  await run("pg_dump", server.dumpPort, args, asOld(server));
}

export async function restoreFile({ port }: DumpServer, ...args: string[]): Promise<void> {
  await run("pg_restore", port, ["--dbname=postgres", "--exit-on-error", ...args]);
}

export async function restorePlain({ port }: DumpServer, text: string): Promise<void> {
  await run("psql", port, ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-f", "-"], {
    input: text,
  });
}
