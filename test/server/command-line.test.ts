/** What the command `start` says and does when something is wrong: one clear line, nothing damaged. */
import { readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CommandResult } from "../support/command.ts";
import { runFirstlight } from "../support/command.ts";
import { connectTo } from "../support/databases.ts";
import type { Running } from "../support/processes.ts";
import {
  buildMissing,
  removeDirectory,
  startEmbedded,
  temporaryDirectory,
} from "../support/processes.ts";

const missing = buildMissing();

function expectOneLine(result: CommandResult, text: RegExp): void {
  expect(result.stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(result.stderr).toMatch(text);
  expect(result.stdout).toBe("");
  expect(result.code).not.toBe(0);
  expect(result.code).not.toBeNull();
}

function occupyPort(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => resolve(server));
  });
}

describe.skipIf(missing !== undefined)("firstlight start", () => {
  let directory: string;
  let running: Running | undefined;

  beforeEach(() => {
    directory = temporaryDirectory("command-line");
  });
  afterEach(async () => {
    await running?.stop();
    running = undefined;
    removeDirectory(directory);
  });

  it("prints one line with a URL that can be pasted", async () => {
    running = await startEmbedded(directory);
    expect(running.output()).toMatch(
      /^ready: psql postgresql:\/\/postgres@127\.0\.0\.1:\d+\/postgres\n$/u,
    );
  });

  it("refuses unknown options, bad values and unknown commands with exit code 2", async () => {
    const cases: readonly (readonly [args: string[], text: RegExp])[] = [
      [["start", "--nosuch"], /Unknown option '--nosuch'/u],
      [["start", "extra"], /Unexpected argument 'extra'/u],
      [["start", "--port", "http"], /--port must be a port number/u],
      [["start", "--port", "70000"], /--port must be a port number/u],
      [["start", "--port", "-1"], /port/u],
      [["start", "--log-level", "loud"], /--log-level must be one of/u],
      [["cluster", "--base-port", "65530"], /--base-port/u],
      [["role"], /needs --name/u],
      [["nosuch"], /unknown command "nosuch"/u],
    ];
    for (const [args, text] of cases) {
      const result = await runFirstlight(...args);
      expectOneLine(result, text);
      expect(result.code, args.join(" ")).toBe(2);
    }
  });

  it("shows help without error", async () => {
    const result = await runFirstlight("--help");
    expect(result.code).toBe(0);
    expect(result.stdout).toContain("firstlight start");
  });

  it("says that a port is in use and leaves the data as it was", async () => {
    running = await startEmbedded(directory);
    const client = await connectTo(running.ports[0] ?? 0);
    await client.query("create table kept (a int)");
    await client.query("insert into kept values (1)");
    await client.end();
    await running.stop();
    const server = await occupyPort();
    const { port } = server.address() as AddressInfo;
    expectOneLine(
      await runFirstlight("start", "--port", String(port), "--data-dir", directory),
      new RegExp(`port ${port} .*in use`, "u"),
    );
    server.close();
    running = await startEmbedded(directory);
    const again = await connectTo(running.ports[0] ?? 0);
    expect((await again.query("select * from kept")).rows).toEqual([{ a: 1 }]);
    await again.end();
  });

  it("says that a data directory cannot be made or is no directory", async () => {
    const file = join(directory, "file");
    writeFileSync(file, "x");
    for (const path of [join(file, "below"), file]) {
      const result = await runFirstlight("start", "--port", "0", "--data-dir", path);
      expectOneLine(result, /data directory .* cannot be used/u);
    }
    expect(readdirSync(directory)).toEqual(["file"]);
  });

  it("says who holds a data directory that is in use", async () => {
    running = await startEmbedded(directory);
    const result = await runFirstlight("start", "--port", "0", "--data-dir", directory);
    expectOneLine(result, new RegExp(`in use by process ${running.pid}`, "u"));
    const client = await connectTo(running.ports[0] ?? 0);
    expect((await client.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
    await client.end();
  });

  it("says that an address is not of this machine", async () => {
    const result = await runFirstlight(
      "start",
      "--port",
      "0",
      "--data-dir",
      directory,
      "--host",
      "192.0.2.1",
    );
    expectOneLine(result, /192\.0\.2\.1/u);
  });

  it("refuses a cluster directory and a data directory that is not one of ours", async () => {
    const result = await runFirstlight("role", "--name", "x", "--data-dir", directory);
    expectOneLine(result, /holds no cluster\.json/u);
  });
});
