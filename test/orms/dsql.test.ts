/**
 * Object mappers against the dsql profile, each set up as the samples and adapters for the service
 * have it: migrations, queries, relations, transactions that are refused and run again. Their programs
 * (dsql/) hold the claims; those that are not installed are skipped with the reason.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startDatabase } from "../support/databases.ts";
import { buildMissing } from "../support/processes.ts";
import { programMissing } from "./program-missing.ts";
import { runMapper } from "./run-program.ts";

const FOLDER = join(import.meta.dirname, "dsql");
const SHARED = "checks.mjs";

const programs = readdirSync(FOLDER)
  .filter((name) => name !== SHARED && /\.(?:mjs|py)$/u.test(name))
  .map((name) => ({ name, reason: buildMissing() ?? programMissing(name) }));

describe("object mappers on the dsql profile", () => {
  for (const { name, reason } of programs) {
    it.skipIf(reason !== undefined)(
      `${name}${reason === undefined ? "" : `: ${reason}`}`,
      async () => {
        const database = await startDatabase("embedded", ["--profile", "dsql"]);
        try {
          const { code, stdout, stderr } = await runMapper(
            join(FOLDER, name),
            database.running.ports[0] ?? 0,
          );
          expect(code, stderr).toBe(0);
          expect(stdout).toMatch(/^[1-9]\d* claims hold$/mu);
        } finally {
          await database.destroy();
        }
      },
    );
  }
});
