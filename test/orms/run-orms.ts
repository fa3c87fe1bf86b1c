/**
 * npm run test:orms: every program of programs/ against PostgreSQL 16 and Firstlight, each in a
 * database of its own; what they print must be the same. Names as arguments choose some.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { startOracle } from "../oracle/oracle.ts";
import { removeDirectory, startEmbedded, temporaryDirectory } from "../support/processes.ts";
import { programMissing } from "./program-missing.ts";
import { runMapper } from "./run-program.ts";

const PROGRAMS = join(import.meta.dirname, "programs");
const SHARED = "report.mjs";
async function output(name: string, port: number): Promise<string> {
  const result = await runMapper(join(PROGRAMS, name), port);
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
  const reason = programMissing(name);
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
