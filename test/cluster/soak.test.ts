/** A bounded sample of `npm run soak`: workloads through both query processors while processes fail. */
import { describe, expect, it } from "vitest";
import { runSoak } from "../soak/run-soak.ts";
import { buildMissing, temporaryDirectory } from "../support/processes.ts";

const missing = buildMissing();

const SECONDS = 40;

describe.skipIf(missing !== undefined)("soak", () => {
  it("no promise is broken while processes are killed, stopped and cut off", async () => {
    const lines: string[] = [];
    const { violations, commits } = await runSoak({
      directory: temporaryDirectory("soak"),
      seed: 1,
      seconds: SECONDS,
      report: (line) => void lines.push(line),
    });
    expect(violations, lines.join("\n")).toEqual([]);
    expect(commits).toBeGreaterThan(0);
  }, 400_000);
});
