/** A disk that fills up: commits are refused before it is full, reads go on, and so do commits later. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { describe, expect, it } from "vitest";
import { connectTo } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import {
  buildMissing,
  removeDirectory,
  startCluster,
  startEmbedded,
  temporaryDirectory,
} from "../support/processes.ts";

const SIZE_MEGABYTES = 900;
const MEGABYTE = 1024 * 1024;

/** A file system in memory, if this machine allows to mount one. */
function mounted(): string | undefined {
  const directory = temporaryDirectory("full");
  try {
    const options = ["-t", "tmpfs", "-o", `size=${SIZE_MEGABYTES}m`, "tmpfs", directory];
    execFileSync("mount", options, { stdio: "ignore" });
    return directory;
  } catch {
    removeDirectory(directory);
    return undefined;
  }
}

async function codeOf(client: pg.Client, text: string): Promise<string> {
  return client.query(text).then(
    () => "00000",
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );
}

describe.skipIf(buildMissing() !== undefined).each([
  ["embedded", startEmbedded],
  ["cluster", startCluster],
] as const)("a full disk, %s", (_, start) => {
  it("refuses commits with 53100 until there is room", async (context) => {
    const directory = mounted();
    if (directory === undefined) return context.skip("no file system can be mounted here");
    try {
      const running = await start(join(directory, "data"));
      const client = await connectTo(running.ports[0] ?? 0);
      await client.query("create table filled (id int primary key)");
      await client.query("insert into filled values (1)");
      await client.query("create table large (t text)");
      const ballast = join(directory, "ballast");
      const left = Number(
        execFileSync("df", ["-m", "--output=avail", directory]).toString().split("\n")[1],
      );
      let id = 1;
      writeFileSync(ballast, Buffer.alloc((left - 40) * MEGABYTE));
      const insert = (): Promise<string> => codeOf(client, `insert into filled values (${++id})`);
      await eventually("commits are refused", async () => (await insert()) === "53100");
      expect(await codeOf(client, "select count(*) from filled")).toBe("00000");
      // Now there is room, but not for one that is larger than the reserve: written in spite of that
      // it would end the process.
      writeFileSync(ballast, Buffer.alloc((left - 190) * MEGABYTE));
      await eventually("small commits go on", async () => (await insert()) === "00000");
      const large =
        "insert into large select repeat(md5(i::text), 1000) from generate_series(1, 6000) i";
      expect(await codeOf(client, large)).toBe("53100");
      expect(await insert()).toBe("00000");
      expect((await client.query("select count(*)::int as n from large")).rows).toEqual([{ n: 0 }]);
      removeDirectory(ballast);
      await eventually("commits go on", async () => (await insert()) === "00000");
      await client.end();
      await running.stop();
    } finally {
      execFileSync("umount", ["-l", directory]);
      removeDirectory(directory);
    }
  });
});
