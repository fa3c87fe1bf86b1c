/** The embedded database under load: signals end it in order, kill -9 loses no acknowledged commit. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Load, prepareLoad } from "../support/load.ts";
import type { Running } from "../support/processes.ts";
import {
  buildMissing,
  freePorts,
  removeDirectory,
  startEmbedded,
  temporaryDirectory,
} from "../support/processes.ts";

const missing = buildMissing();
const WORKERS = 6;
const KILLS = 4;

describe.skipIf(missing !== undefined)("ending the embedded database under load", () => {
  let directory: string;
  let port: number;
  let running: Running | undefined;

  beforeEach(async () => {
    directory = temporaryDirectory("shutdown");
    port = await freePorts(1);
    running = await startEmbedded(directory, port);
    await prepareLoad(port);
  });
  afterEach(async () => {
    await running?.stop();
    removeDirectory(directory);
  });

  it.each(["SIGTERM", "SIGINT"] as const)(
    "%s: exits 0 and keeps every acknowledged commit",
    async (signal) => {
      const load = new Load([port], WORKERS);
      await load.progress([port]);
      running?.signal(signal);
      expect(await running?.exited).toBe(0);
      running = await startEmbedded(directory, port);
      await load.progress([port]);
      await load.stop();
      const report = await load.verify(port);
      expect(report.violations, JSON.stringify(report.errors)).toEqual([]);
    },
  );

  it("kill -9 at any moment: every acknowledged commit is there after a restart", async () => {
    const load = new Load([port], WORKERS);
    for (let round = 0; round < KILLS; round++) {
      await load.progress([port], 5 + Math.floor(Math.random() * 60));
      running?.signal("SIGKILL");
      await running?.exited;
      running = await startEmbedded(directory, port);
    }
    await load.progress([port]);
    await load.stop();
    const report = await load.verify(port);
    expect(report.violations, JSON.stringify(report.errors)).toEqual([]);
    expect(report.acknowledged).toBeGreaterThan(0);
  });
});
