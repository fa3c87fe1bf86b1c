/**
 * Explains what regress.ts found: every disagreement in OUT/NAME.txt belongs to a family, by the table
 * below, of which the first match counts. What belongs to none is unexplained, and should not be.
 *
 *     npx tsx test/sql/regress-families.ts OUT [NAME ...]
 *
 * A disagreement that only follows from another belongs to the family of that other one. Prints for
 * each family how many are of it and how many follow, by script, then what is unexplained. Ends with
 * status 1 if anything is.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { FAMILIES } from "./regress-family-table.ts";
import type { Family, Found } from "./regress-family-table.ts";

const BLOCK =
  /^(?<script>[\w.]+)\.sql:(?<line>\d+): (?<sql>[\s\S]*?)\n(?: {2}follows: (?<cause>\d+)\n)? {2}ours:\n(?<mine>[\s\S]*?)\n {2}PostgreSQL:\n(?<truth>[\s\S]*)$/u;

function foundIn(directory: string, name: string): readonly Found[] {
  const text = readFileSync(join(directory, `${name}.txt`), "utf8");
  const blocks = text.split(new RegExp(`\\n(?=${name.replaceAll(".", "\\.")}\\.sql:\\d+: )`, "u"));
  return blocks.flatMap((block) => {
    const parts = BLOCK.exec(block)?.groups;
    if (parts === undefined) return [];
    const { script = "", line = "", sql = "", mine = "", truth = "", cause } = parts;
    const at = cause === undefined ? undefined : Number(cause);
    return [{ script, line: Number(line), sql, mine, truth, cause: at }];
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

/** Where a family's disagreements are; those that only follow from one of them by themselves. */
interface Tally {
  own: number;
  following: number;
  readonly byScript: Map<string, number>;
}

const UNCOUNTED: Family = { what: "follows a statement that is not counted" };

/** The statement that a disagreement follows from, if that one disagrees and is counted itself. */
function rootOf(found: Found, all: readonly Found[]): Found | undefined {
  return all.find(
    ({ script, line, cause }) =>
      script === found.script && line === found.cause && cause === undefined,
  );
}

function tallied(
  everything: readonly Found[],
): readonly [ReadonlyMap<string, Tally>, readonly Found[]] {
  const tallies = new Map<string, Tally>();
  const unexplained: Found[] = [];
  for (const found of everything) {
    const root = found.cause === undefined ? found : rootOf(found, everything);
    const family = root === undefined ? UNCOUNTED : familyOf(root);
    if (family === undefined) {
      unexplained.push(found);
      continue;
    }
    const tally = tallies.get(family.what) ?? { own: 0, following: 0, byScript: new Map() };
    if (root === found) tally.own++;
    else tally.following++;
    tally.byScript.set(found.script, (tally.byScript.get(found.script) ?? 0) + 1);
    tallies.set(family.what, tally);
  }
  return [tallies, unexplained];
}

function main(): number {
  const [directory = "out", ...names] = process.argv.slice(2);
  const all = readdirSync(directory)
    .filter((name) => name.endsWith(".txt"))
    .map((name) => name.slice(0, -4))
    .toSorted();
  const everything = (names.length > 0 ? names : all).flatMap((name) => foundIn(directory, name));
  const [tallies, unexplained] = tallied(everything);
  const sum = ({ own, following }: Tally): number => own + following;
  for (const [what, tally] of [...tallies].toSorted((a, b) => sum(b[1]) - sum(a[1]))) {
    const scripts = [...tally.byScript].map(([script, count]) => `${script} ${count}`).join(", ");
    console.log(`| ${tally.own} | ${tally.following} | ${what} | ${scripts} |`);
  }
  console.log(`\nexplained: ${everything.length - unexplained.length}`);
  console.log(`unexplained: ${unexplained.length}`);
  for (const { script, line, sql, mine, truth, cause } of unexplained) {
    const first = (lines: string): string => lines.trim().split("\n")[0] ?? "";
    const follows = cause === undefined ? "" : ` (follows line ${cause})`;
    console.log(`${script}.sql:${line}: ${sql.replaceAll(/\s+/gu, " ").slice(0, 120)}${follows}`);
    console.log(`    ${first(mine)}\n    ${first(truth)}`);
  }
  return unexplained.length === 0 ? 0 : 1;
}

process.exitCode = main();
