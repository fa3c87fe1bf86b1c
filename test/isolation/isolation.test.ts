/**
 * Every script in scripts/ against both compositions, and those in dsql/ against the dsql profile;
 * sessions alternate between query processors.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { COMPOSITIONS, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import { playCase } from "./player.ts";
import type { Case } from "./script.ts";
import { parseScript } from "./script.ts";

const missing = buildMissing();

interface Script {
  readonly name: string;
  readonly cases: readonly Case[];
}

function scriptsIn(folder: string): readonly Script[] {
  const directory = join(import.meta.dirname, folder);
  return readdirSync(directory)
    .filter((name) => name.endsWith(".isolation"))
    .toSorted()
    .map((name) => ({
      name: name.replace(".isolation", ""),
      cases: parseScript(name, readFileSync(join(directory, name), "utf8")),
    }));
}

const SUITES = [
  { scripts: scriptsIn("scripts"), options: [] },
  { scripts: scriptsIn("dsql"), options: ["--profile", "dsql"] },
];

const RUNS = SUITES.flatMap((suite) =>
  COMPOSITIONS.map((composition) => ({
    ...suite,
    composition,
    title: [composition, ...suite.options].join(" "),
  })),
);

describe.each(RUNS)(`isolation, $title${missing ?? ""}`, ({ composition, options, scripts }) => {
  let database: TestDatabase;

  beforeAll(async () => {
    if (missing === undefined) database = await startDatabase(composition, options);
  });
  afterAll(async () => {
    await database?.destroy();
  });

  for (const script of scripts) {
    describe(script.name, () => {
      for (const each of script.cases) {
        it.skipIf(missing !== undefined)(each.title, async () => {
          const found = await playCase(each, (n) => database.connect(n));
          if (found === undefined) return;
          const { step, actual } = found;
          const at = `${script.name}.isolation:${step.line} ${step.session}> ${step.sql ?? ""}`;
          expect(actual, at).toEqual(step.expected);
        });
      }
    });
  }
});
