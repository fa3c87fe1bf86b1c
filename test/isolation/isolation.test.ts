/** Every script in scripts/ against both compositions; sessions alternate between query processors. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TestDatabase } from "../support/databases.ts";
import { COMPOSITIONS, startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import { playCase } from "./player.ts";
import { parseScript } from "./script.ts";

const missing = buildMissing();

const DIRECTORY = join(import.meta.dirname, "scripts");
const SCRIPTS = readdirSync(DIRECTORY)
  .filter((name) => name.endsWith(".isolation"))
  .toSorted()
  .map((name) => ({
    name: name.replace(".isolation", ""),
    cases: parseScript(name, readFileSync(join(DIRECTORY, name), "utf8")),
  }));

describe.each(COMPOSITIONS)(`isolation, %s${missing ?? ""}`, (composition) => {
  let database: TestDatabase;

  beforeAll(async () => {
    if (missing === undefined) database = await startDatabase(composition);
  });
  afterAll(async () => {
    await database?.destroy();
  });

  for (const script of SCRIPTS) {
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
