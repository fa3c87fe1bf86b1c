/**
 * npm run test:orms: every program of programs/ against PostgreSQL 16 and Firstlight, each in a
 * database of its own; what they print must be the same. Names as arguments choose some.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { startOracle } from "../oracle/oracle.ts";
import { runProgram } from "../support/command.ts";
import { removeDirectory, startEmbedded, temporaryDirectory } from "../support/processes.ts";

const PROGRAMS = join(import.meta.dirname, "programs");
const SHARED = "report.mjs";
const PYTHON = "/usr/bin/python3";
/** What a program of Python imports, if it is there at all. */
const MODULES: Readonly<Record<string, string>> = {
  "sqlalchemy_program.py": "sqlalchemy, alembic, psycopg2",
  "django_program.py": "django, psycopg2",
};

function missing(name: string): string | undefined {
  const modules = MODULES[name];
  if (modules === undefined) {
    const installed = existsSync(join(import.meta.dirname, "node_modules"));
    return installed ? undefined : "node_modules is missing";
  }
  try {
    execFileSync(PYTHON, ["-c", `import ${modules}`], { stdio: "pipe" });
    return undefined;
  } catch {
    return `Python has not all of ${modules}`;
  }
}

async function output(name: string, port: number): Promise<string> {
  const file = join(PROGRAMS, name);
  const isPython = name.endsWith(".py");
  const args = isPython ? ["-W", "ignore", file, String(port)] : [file, String(port)];
  const result = await runProgram(isPython ? PYTHON : process.execPath, args, {});
  return result.code === 0 ? result.stdout : `${result.stdout}\nfailed: ${result.stderr}`;
}

async function onPostgres(name: string): Promise<string> {
  const oracle = await startOracle();
  try {
    return await output(name, oracle.port);
  } finally {
    await oracle.stop();
  }
}

async function onFirstlight(name: string): Promise<string> {
  const directory = temporaryDirectory("orms");
  const running = await startEmbedded(directory);
  try {
    return await output(name, running.ports[0] ?? 0);
  } finally {
    await running.stop();
    removeDirectory(directory);
  }
}

function firstDifference(expected: string, actual: string): string {
  const [wanted, got] = [expected.split("\n"), actual.split("\n")];
  const at = wanted.findIndex((line, index) => line !== got[index]);
  return `  PostgreSQL: ${wanted[at] ?? "no more lines"}\n  Firstlight: ${got[at] ?? "no more lines"}`;
}

async function compare(name: string): Promise<boolean> {
  const reason = missing(name);
  if (reason !== undefined) {
    console.log(`${name}: skipped: ${reason}`);
    return true;
  }
  const [expected, actual] = [await onPostgres(name), await onFirstlight(name)];
  const works = !expected.includes("\nfailed: ") && expected === actual;
  console.log(
    `${name}: ${works ? "the same" : "differs"}, ${expected.split("\n").length - 1} lines`,
  );
  if (!works) console.log(firstDifference(expected, actual));
  return works;
}

const chosen = process.argv.slice(2);
const names = readdirSync(PROGRAMS)
  .filter((name) => name !== SHARED && /\.(?:mjs|py)$/u.test(name))
  .filter((name) => chosen.length === 0 || chosen.some((each) => name.startsWith(each)));
let failures = 0;
for (const name of names) if (!(await compare(name))) failures++;
console.log(`${names.length - failures} passed, ${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;
