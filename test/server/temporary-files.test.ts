/** Temporary files of real processes: where they are, and that nothing remains of them. */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { afterEach, describe, expect, test } from "vitest";
import { connectTo } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import type { Running } from "../support/processes.ts";
import {
  buildMissing,
  removeDirectory,
  startEmbedded,
  temporaryDirectory,
} from "../support/processes.ts";

const SORT =
  "select count(*) from (select md5(i::text) as t from generate_series(1, 1000000) i order by t offset 0) s";

/** Temporary files that the process has open; they have no name any more. */
function openTemporaryFiles({ pid }: Running): string[] {
  const directory = `/proc/${pid}/fd`;
  return readdirSync(directory)
    .map((name) => {
      try {
        return readlinkSync(join(directory, name));
      } catch {
        return "";
      }
    })
    .filter((target) => target.includes("/temporary/"));
}

function namesIn(directory: string): string[] {
  const temporary = join(directory, "temporary");
  return existsSync(temporary) ? readdirSync(temporary) : [];
}

async function connect(running: Running, memory: string): Promise<pg.Client> {
  const client = await connectTo(running.ports[0] ?? 0);
  await client.query(`set firstlight.query_memory = '${memory}'`);
  return client;
}

describe.skipIf(buildMissing() !== undefined || !existsSync("/proc/self/fd"))(
  "temporary files",
  () => {
    const directories: string[] = [];
    const processes: Running[] = [];

    const start = async (directory = temporaryDirectory("spill")): Promise<Running> => {
      directories.push(directory);
      const running = await startEmbedded(directory);
      processes.push(running);
      return running;
    };

    afterEach(async () => {
      for (const running of processes.splice(0)) await running.stop();
      for (const directory of directories.splice(0)) removeDirectory(directory);
    });

    test("of a process that is killed while it spills are gone", async () => {
      const running = await start();
      const client = await connect(running, "1MB");
      const failed = client.query(SORT).catch((error: unknown) => error);
      await eventually("it spills", () => openTemporaryFiles(running).length > 0);
      running.signal("SIGKILL");
      await running.exited;
      expect(await failed).toBeInstanceOf(Error);
      expect(namesIn(running.directory)).toEqual([]);
    });

    test("that an earlier process left are removed at the start, and only they", async () => {
      const directory = temporaryDirectory("spill");
      mkdirSync(join(directory, "temporary"), { recursive: true });
      writeFileSync(join(directory, "temporary", "firstlight_tmp_1.0"), "rows");
      writeFileSync(join(directory, "temporary", "note"), "mine");
      await start(directory);
      expect(namesIn(directory)).toEqual(["note"]);
      expect(readFileSync(join(directory, "temporary", "note"), "utf8")).toBe("mine");
    });

    test("are closed when the statement ends, fails, or is cancelled", async () => {
      const running = await start();
      const client = await connect(running, "1MB");
      await client.query(
        "select count(*) from (select i from generate_series(1, 100000) i order by -i offset 0) s",
      );
      await eventually("all are closed", () => openTemporaryFiles(running).length === 0);
      await client.query("set temp_file_limit = '1MB'");
      await expect(client.query(SORT)).rejects.toMatchObject({
        code: "53400",
        message: "temporary file size exceeds temp_file_limit (1024kB)",
      });
      await eventually("all are closed", () => openTemporaryFiles(running).length === 0);
      await client.query("set temp_file_limit = -1");
      await client.query("set statement_timeout = '300ms'");
      await expect(client.query(SORT)).rejects.toMatchObject({ code: "57014" });
      await eventually("all are closed", () => openTemporaryFiles(running).length === 0);
      await client.end();
    });

    test("hold the rows of a held cursor until it is closed", async () => {
      const running = await start();
      const client = await connect(running, "1MB");
      await client.query(
        "declare c cursor with hold for select i, 'row ' || i as t from generate_series(1, 50000) i",
      );
      expect(openTemporaryFiles(running)).toHaveLength(1);
      expect((await client.query("fetch absolute 40000 from c")).rows).toEqual([
        { i: 40000, t: "row 40000" },
      ]);
      expect((await client.query("fetch backward 2 from c")).rows).toEqual([
        { i: 39999, t: "row 39999" },
        { i: 39998, t: "row 39998" },
      ]);
      expect((await client.query("fetch all from c")).rows).toHaveLength(10_002);
      await client.query("close c");
      await eventually("all are closed", () => openTemporaryFiles(running).length === 0);
      await client.end();
    });
  },
);
