/**
 * Journal replicas whose files are gone, truncated or changed, one after another under a write load:
 * each is filled from the others while commits go on, and then carries a majority.
 */
import { openSync, readFileSync, rmSync, statSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killMember, memberLog, restartMember } from "../support/cluster-member.ts";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import { Load, prepareLoad } from "../support/load.ts";
import { buildMissing } from "../support/processes.ts";

const missing = buildMissing();
const MARKER = "a marker that is easily found in a file";

describe.skipIf(missing !== undefined)("damaged journal replicas", () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await startDatabase("cluster");
    await prepareLoad(database.running.ports[0] ?? 0);
    const client = await database.connect(0);
    await client.query("create table marked (id int primary key, t text)");
    for (let id = 1; id <= 5; id++) {
      await client.query("insert into marked values ($1, $2)", [id, MARKER]);
    }
    await client.end();
  });
  afterAll(async () => {
    await database?.destroy();
  });

  const fileOf = (name: string): string =>
    join(database.running.directory, name, "journal", "data.mdb");

  /** `next` is killed once `name` is filled: commits go on only if `name` counts again. */
  async function damaged(name: string, next: string, damage: () => void): Promise<void> {
    const { directory, ports } = database.running;
    const load = new Load(ports, 1);
    try {
      await load.progress(ports);
      killMember(directory, name);
      damage();
      await restartMember(directory, name);
      await load.progress(ports);
      const isFilled = (): boolean => memberLog(directory, name).includes("serves again");
      await eventually(`${name} filled`, isFilled);
      killMember(directory, next);
      await load.progress(ports);
      await restartMember(directory, next);
      await load.progress(ports);
    } finally {
      await load.stop();
    }
    expect(load.errors()["XX000"]).toBeUndefined();
  }

  it("one whose directory is gone", async () => {
    const directory = join(database.running.directory, "journal-2");
    await damaged("journal-2", "journal-1", () => rmSync(directory, { recursive: true }));
  });

  it("one whose file is shorter than it was", async () => {
    const path = fileOf("journal-3");
    await damaged("journal-3", "journal-2", () => truncateSync(path, statSync(path).size / 2));
  });

  it("one in whose file some bytes are others", async () => {
    const path = fileOf("journal-1");
    await damaged("journal-1", "journal-3", () => {
      const content = readFileSync(path);
      const file = openSync(path, "r+");
      for (let at = content.indexOf(MARKER); at >= 0; at = content.indexOf(MARKER, at + 1)) {
        writeSync(file, "X", at);
      }
    });
  });
});
