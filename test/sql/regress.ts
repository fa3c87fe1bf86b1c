/**
 * Runs psql scripts, such as PostgreSQL's own regression scripts, through PostgreSQL 16 and
 * Firstlight and compares the answers statement by statement: column names and types, rows, command
 * tags and SQLSTATEs. Each script gets a new database on both sides, set up by test_setup.sql.
 *
 *     npx tsx test/sql/regress.ts DIRECTORY [NAME ...] [--out DIRECTORY] [--data DIRECTORY]
 *
 * DIRECTORY holds NAME.sql (all of them without a NAME). Where they disagree is written to
 * OUT/NAME.txt; a table of scores and the most frequent refusals are printed. Statements whose
 * answer cannot be the same anywhere (EXPLAIN, and what is out of scope by regress-scope.ts) run,
 * but are not counted.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startOracle } from "../oracle/oracle.ts";
import type { Oracle } from "../oracle/oracle.ts";
import { startDatabase } from "../support/databases.ts";
import { Absence } from "./regress-absence.ts";
import { compareScript } from "./regress-compare.ts";
import type { Disagreement, ScriptScore } from "./regress-compare.ts";
import { RegressSession } from "./regress-session.ts";
import { groupOf, whyOutOfScope } from "./regress-scope.ts";

interface Options {
  readonly directory: string;
  readonly names: readonly string[];
  readonly out: string;
  readonly data: string;
}

function optionsOf(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: { type: "string" }, data: { type: "string" } },
  });
  const [directory = ".", ...names] = positionals;
  const all = readdirSync(directory)
    .filter((name) => name.endsWith(".sql") && name !== "test_setup.sql")
    .map((name) => name.slice(0, -4))
    .filter((name) => whyOutOfScope(name) === undefined);
  return {
    directory,
    names: names.length > 0 ? names : all.toSorted(),
    out: values.out ?? join(directory, "out"),
    data: values.data ?? join(directory, "data"),
  };
}

function textOf(name: string, each: Disagreement): string {
  const indent = (lines: readonly string[]): string =>
    lines.map((line) => `    ${line}`).join("\n");
  const head = `${name}.sql:${each.line}: ${each.sql}`;
  const follows = each.cause === undefined ? "" : `  follows: ${each.cause}\n`;
  return `${head}\n${follows}  ours:\n${indent(each.mine)}\n  PostgreSQL:\n${indent(each.truth)}\n`;
}

async function runScript(options: Options, oracle: Oracle, name: string): Promise<ScriptScore> {
  const database = await startDatabase("embedded");
  const admin = await RegressSession.open(oracle.port, "postgres", options.data);
  try {
    await admin.send(`drop database if exists regress_own`);
    await admin.send(`create database regress_own`);
    const ours = await RegressSession.open(
      database.running.ports[0] ?? 0,
      "postgres",
      options.data,
    );
    const theirs = await RegressSession.open(oracle.port, "regress_own", options.data);
    const absence = new Absence();
    const read = (script: string): string =>
      readFileSync(join(options.directory, `${script}.sql`), "utf8");
    if (existsSync(join(options.directory, "test_setup.sql"))) {
      await compareScript(read("test_setup"), ours, theirs, absence);
    }
    const score = await compareScript(read(name), ours, theirs, absence);
    await Promise.all([ours.close(), theirs.close()]);
    return score;
  } finally {
    await admin.close();
    await database.destroy();
  }
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "" : `${((100 * part) / whole).toFixed(1)} %`;
}

/** SQLSTATE and text of our refusals, most frequent first. */
function refusals(disagreements: readonly Disagreement[]): readonly [string, number][] {
  const counts = new Map<string, number>();
  for (const { mine } of disagreements) {
    const error = mine.find((line) => line.startsWith("error ")) ?? "another answer";
    const family = error.replaceAll(/"[^"]*"/gu, '"…"');
    counts.set(family, (counts.get(family) ?? 0) + 1);
  }
  return [...counts].toSorted((a, b) => b[1] - a[1]);
}

async function main(): Promise<void> {
  const options = optionsOf();
  mkdirSync(options.out, { recursive: true });
  const oracle = await startOracle();
  const all: Disagreement[] = [];
  const sums = { language: { counted: 0, equal: 0 }, schema: { counted: 0, equal: 0 } };
  try {
    for (const name of options.names) {
      try {
        const score = await runScript(options, oracle, name);
        const sum = sums[groupOf(name)];
        sum.counted += score.counted;
        sum.equal += score.equal;
        all.push(...score.disagreements);
        const text = score.disagreements.map((each) => textOf(name, each)).join("\n");
        writeFileSync(join(options.out, `${name}.txt`), text);
        const figures = `${score.equal}/${score.counted}`.padStart(11);
        console.log(`${name.padEnd(24)}${figures} ${percent(score.equal, score.counted)}`);
      } catch (error) {
        console.log(`${name.padEnd(24)} ended: ${String(error)}`);
      }
    }
  } finally {
    await oracle.stop();
  }
  for (const [group, { equal, counted }] of Object.entries(sums)) {
    console.log(`\n${group}: ${equal}/${counted} ${percent(equal, counted)}`);
  }
  console.log();
  for (const [family, count] of refusals(all).slice(0, 60)) console.log(`${count}\t${family}`);
}

await main();
