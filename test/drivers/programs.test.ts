/**
 * Drivers of other languages: a program of each prints what it sees of types, statements, cursors,
 * COPY, errors, cancellation and retries; it must print the same against PostgreSQL 16.
 */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Oracle } from "../oracle/oracle.ts";
import { oracleAvailable, startOracle } from "../oracle/oracle.ts";
import { programMissing, runProgram } from "../support/command.ts";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { buildMissing, temporaryDirectory } from "../support/processes.ts";

const PROGRAMS = resolve(import.meta.dirname, "programs");
const PYTHON = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
const JDBC = "/usr/share/java/postgresql.jar";
const GO_SOURCES = "/usr/share/gocode";

interface Program {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Why it cannot run here. */
  readonly missing: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
  /** Before it runs, once. */
  readonly prepare?: readonly [string, ...string[]];
}

const scratch = temporaryDirectory("driver-programs");
const goEnvironment = {
  GO111MODULE: "off",
  GOPATH: GO_SOURCES,
  GOFLAGS: "",
  GOCACHE: join(scratch, "go-cache"),
};

function python(module: string, file: string): Program {
  const absent = programMissing(PYTHON, "-c", `import ${module}`);
  return {
    name: module,
    command: [PYTHON, join(PROGRAMS, file)],
    missing: absent === undefined ? undefined : `python has no ${module}`,
  };
}

function jdbc(): Program {
  const missing =
    programMissing("java", "-version") ??
    programMissing("javac", "-version") ??
    (existsSync(JDBC) ? undefined : "pgjdbc is not installed");
  return {
    name: "pgjdbc",
    prepare: [
      "javac",
      "-encoding",
      "UTF-8",
      "-cp",
      JDBC,
      "-d",
      scratch,
      join(PROGRAMS, "JdbcProgram.java"),
    ],
    command: [
      "java",
      "-Dfile.encoding=UTF-8",
      "-Duser.timezone=UTC",
      "-cp",
      `${scratch}:${JDBC}`,
      "JdbcProgram",
    ],
    missing,
  };
}

function go(): Program {
  const binary = join(scratch, "go-program");
  const missing =
    programMissing("go", "version") ??
    (existsSync(`${GO_SOURCES}/src/github.com/lib/pq`) ? undefined : "lib/pq is not installed");
  return {
    name: "Go lib/pq",
    prepare: ["go", "build", "-o", binary, join(PROGRAMS, "go/main.go")],
    command: [binary],
    env: goEnvironment,
    missing,
  };
}

function interpreted(name: string, command: string, probe: string[], file: string): Program {
  const absent = programMissing(command, ...probe);
  return {
    name,
    command: [command, join(PROGRAMS, file)],
    missing: absent === undefined ? undefined : `${name} is not installed`,
  };
}

const ALL: readonly Program[] = [
  python("psycopg2", "psycopg2_program.py"),
  python("psycopg", "psycopg3_program.py"),
  python("asyncpg", "asyncpg_program.py"),
  interpreted("Ruby pg", "ruby", ["-e", 'require "pg"'], "ruby_program.rb"),
  interpreted("Perl DBD::Pg", "/usr/bin/perl", ["-MDBD::Pg", "-e", "1"], "perl_program.pl"),
  interpreted(
    "PHP PDO and pgsql",
    "php",
    ["-r", 'exit(extension_loaded("pdo_pgsql") && extension_loaded("pgsql") ? 0 : 1);'],
    "php_program.php",
  ),
  jdbc(),
  go(),
];

const unavailable = buildMissing() ?? oracleAvailable();

describe("drivers of other languages", () => {
  let oracle: Oracle;
  let database: TestDatabase;

  beforeAll(async () => {
    if (unavailable !== undefined) return;
    mkdirSync(scratch, { recursive: true });
    [oracle, database] = await Promise.all([startOracle(), startDatabase("embedded")]);
  });
  afterAll(async () => {
    await oracle?.stop();
    await database?.destroy();
    rmSync(scratch, { recursive: true, force: true });
  });

  async function outputOf(program: Program, port: number): Promise<string> {
    const [file, ...args] = program.command;
    const { code, stdout, stderr } = await runProgram(file, args, {
      env: {
        PGHOST: "127.0.0.1",
        PGPORT: String(port),
        PGUSER: "postgres",
        PGDATABASE: "postgres",
        LC_ALL: "C.UTF-8",
        ...program.env,
      },
    });
    return `${stdout}${stderr}exit ${String(code)}`;
  }

  for (const program of ALL) {
    const missing = unavailable ?? program.missing;
    if (missing !== undefined) console.warn(`skipped: ${program.name}: ${missing}`);
    it.skipIf(missing !== undefined)(
      `${program.name} sees what it sees of PostgreSQL`,
      async () => {
        if (program.prepare !== undefined) {
          const [file, ...args] = program.prepare;
          const built = await runProgram(
            file,
            args,
            program.env === undefined ? {} : { env: program.env },
          );
          expect(built.stderr.replaceAll(/^Note:.*$/gmu, "").trim()).toBe("");
        }
        const expected = await outputOf(program, oracle.port);
        expect(expected).toMatch(/exit 0$/u);
        expect(await outputOf(program, database.running.ports[0] ?? 0)).toBe(expected);
      },
    );
  }
});
