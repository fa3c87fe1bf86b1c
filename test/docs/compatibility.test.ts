/** docs/compatibility.md says what the code does. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { buildMissing } from "../support/processes.ts";
import { COMPATIBILITY_PATH, generateCompatibility } from "./generate-compatibility.ts";

const missing = buildMissing();

describe("docs/compatibility.md", () => {
  it.skipIf(missing !== undefined)(
    "is what `npx tsx test/docs/write-compatibility.ts` writes",
    async () => {
      const committed = readFileSync(COMPATIBILITY_PATH, "utf8");
      expect(committed.split("\n")).toEqual((await generateCompatibility()).split("\n"));
    },
  );
});
