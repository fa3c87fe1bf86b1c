/** Who may log in: no passwords are needed on loopback, beyond it only with an explicit option. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectTo } from "../support/databases.ts";
import type { Running } from "../support/processes.ts";
import {
  buildMissing,
  removeDirectory,
  startEmbedded,
  startServer,
  temporaryDirectory,
} from "../support/processes.ts";

const missing = buildMissing();

/** 0.0.0.0 is beyond loopback whatever interfaces there are; clients still come over loopback. */
const EVERYWHERE = "0.0.0.0";

describe.skipIf(missing !== undefined)("authentication", () => {
  let directory: string;
  let running: Running | undefined;

  beforeEach(() => {
    directory = temporaryDirectory("authentication");
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
    removeDirectory(directory);
  });

  const portOf = (): number => running?.ports[0] ?? 0;

  it.each(["postgres", "admin"])("%s needs no password on loopback", async (user) => {
    running = await startEmbedded(directory);
    const client = await connectTo(portOf(), { user });
    const { rows } = await client.query("select current_user as name");
    expect(rows).toEqual([{ name: user }]);
    await client.end();
  });

  it("refuses roles and databases that do not exist", async () => {
    running = await startEmbedded(directory);
    await expect(connectTo(portOf(), { user: "nosuch" })).rejects.toMatchObject({ code: "28000" });
    await expect(connectTo(portOf(), { database: "nosuch" })).rejects.toMatchObject({
      code: "3D000",
    });
  });

  it("listens beyond loopback, but refuses roles without a password", async () => {
    running = await startServer(directory, ["--host", EVERYWHERE]);
    await expect(connectTo(portOf(), { password: "" })).rejects.toThrow();
    await expect(connectTo(portOf(), { password: "any" })).rejects.toMatchObject({
      code: "28P01",
    });
  });

  it("lets everybody in beyond loopback with --allow-unauthenticated", async () => {
    running = await startServer(directory, ["--host", EVERYWHERE, "--allow-unauthenticated"]);
    const client = await connectTo(portOf());
    expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    await client.end();
  });

  it("asks for a password that was set, with SCRAM, on loopback and beyond", async () => {
    running = await startEmbedded(directory);
    const client = await connectTo(portOf());
    await client.query("alter role postgres password 'correct horse'");
    await client.end();
    await expect(connectTo(portOf(), { password: "wrong" })).rejects.toMatchObject({
      code: "28P01",
    });
    await expect(connectTo(portOf())).rejects.toThrow();
    const right = await connectTo(portOf(), { password: "correct horse" });
    await right.end();
    await running.stop();
    running = await startServer(directory, ["--host", EVERYWHERE]);
    const again = await connectTo(portOf(), { password: "correct horse" });
    expect((await again.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    await again.end();
  });
});
