/**
 * Explains what regress.ts found: every disagreement in OUT/NAME.txt belongs to a family, by the table
 * below, of which the first match counts. What belongs to none is unexplained, and should not be.
 *
 *     npx tsx test/sql/regress-families.ts OUT [NAME ...]
 *
 * Prints the families with their counts by script, then what is unexplained. Ends with status 1 if
 * anything is.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { FAMILIES } from "./regress-family-table.ts";
import type { Family, Found } from "./regress-family-table.ts";

const BLOCK =
  /^(?<script>[\w.]+)\.sql:(?<line>\d+): (?<sql>[\s\S]*?)\n {2}ours:\n(?<mine>[\s\S]*?)\n {2}PostgreSQL:\n(?<truth>[\s\S]*)$/u;

function foundIn(directory: string, name: string): readonly Found[] {
  const text = readFileSync(join(directory, `${name}.txt`), "utf8");
  const blocks = text.split(new RegExp(`\\n(?=${name.replaceAll(".", "\\.")}\\.sql:\\d+: )`, "u"));
  return blocks.flatMap((block) => {
    const parts = BLOCK.exec(block)?.groups;
    if (parts === undefined) return [];
    const { script = "", line = "", sql = "", mine = "", truth = "" } = parts;
    return [{ script, line: Number(line), sql, mine, truth }];
  });
}

function familyOf(found: Found): Family | undefined {
  return FAMILIES.find(({ scripts, sql, mine, truth }) => {
    if (scripts !== undefined && !scripts.split(" ").includes(found.script)) return false;
    return (
      (sql === undefined || sql.test(found.sql)) &&
      (mine === undefined || mine.test(found.mine)) &&
      (truth === undefined || truth.test(found.truth))
    );
  });
}

function main(): number {
  const [directory = "out", ...names] = process.argv.slice(2);
  const all = readdirSync(directory)
    .filter((name) => name.endsWith(".txt"))
    .map((name) => name.slice(0, -4))
    .toSorted();
  const counts = new Map<Family, Map<string, number>>();
  const unexplained: Found[] = [];
  for (const found of (names.length > 0 ? names : all).flatMap((name) =>
    foundIn(directory, name),
  )) {
    const family = familyOf(found);
    if (family === undefined) {
      unexplained.push(found);
      continue;
    }
    const byScript = counts.get(family) ?? new Map<string, number>();
    byScript.set(found.script, (byScript.get(found.script) ?? 0) + 1);
    counts.set(family, byScript);
  }
  const sum = (byScript: ReadonlyMap<string, number>): number =>
    [...byScript.values()].reduce((total, count) => total + count, 0);
  for (const [family, byScript] of [...counts].toSorted((a, b) => sum(b[1]) - sum(a[1]))) {
    const scripts = [...byScript].map(([script, count]) => `${script} ${count}`).join(", ");
    console.log(`| ${sum(byScript)} | ${family.what} | ${scripts} |`);
  }
  const explained = [...counts.values()].reduce((total, byScript) => total + sum(byScript), 0);
  console.log(`\nexplained: ${explained}\nunexplained: ${unexplained.length}`);
  for (const { script, line, sql, mine, truth } of unexplained) {
    const first = (lines: string): string => lines.trim().split("\n")[0] ?? "";
    console.log(`${script}.sql:${line}: ${sql.replaceAll(/\s+/gu, " ").slice(0, 120)}`);
    console.log(`    ${first(mine)}\n    ${first(truth)}`);
  }
  return unexplained.length === 0 ? 0 : 1;
}

process.exitCode = main();
