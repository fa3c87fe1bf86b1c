/** Checkpoints and resets of a server with further clusters: they go and come back with their databases. */
import { describe, expect, it } from "vitest";
import { runFirstlight } from "../support/command.ts";
import { buildMissing } from "../support/processes.ts";
import { IDENTIFIER, startLocalCluster } from "./local-cluster.ts";

type Answer = Readonly<Record<string, unknown>>;

describe.skipIf(buildMissing() !== undefined)("a reset", () => {
  it("leaves the clusters that the checkpoint had", async () => {
    const server = await startLocalCluster(["--control-port", "0", "--testing"]);
    const control = async (...args: string[]): Promise<void> => {
      const { code, stderr } = await runFirstlight(...args, "--data-dir", server.directory);
      expect(code, stderr).toBe(0);
    };
    const ask = async (method: string): Promise<Answer> => {
      const body = method === "POST" ? { body: "{}" } : {};
      const response = await fetch(`${server.controlPlane}/cluster`, { method, ...body });
      return (await response.json()) as Answer;
    };
    const identifiers = async (): Promise<unknown> =>
      ((await ask("GET"))["clusters"] as readonly Answer[]).map((each) => each["identifier"]);
    try {
      const { identifier: kept } = await ask("POST");
      await control("checkpoint", "--name", "one");
      const { identifier: late } = await ask("POST");
      expect(await identifiers()).toEqual([IDENTIFIER, kept, late]);
      await control("reset", "--to", "one");
      expect(await identifiers()).toEqual([IDENTIFIER, kept]);
      await control("reset");
      expect(await identifiers()).toEqual([IDENTIFIER]);
      await control("reset", "--to", "one");
      expect(await identifiers()).toEqual([IDENTIFIER, kept]);
    } finally {
      await server.destroy();
    }
  });
});
