/**
 * A bit of a row flips on the disk of a storage replica: it is found, no query processor is told what
 * it says, and the replica is filled from the other one of its shard (I5).
 */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memberLog, restartMember, signalMember } from "../support/cluster-member.ts";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import { flipBits } from "../support/flip-bits.ts";
import { buildMissing, clusterProcesses } from "../support/processes.ts";

const TEXT = "the one that will be damaged";
const FIRST = ["storage-1-1", "storage-2-1"];

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe.skipIf(buildMissing() !== undefined)("I5: damaged files of storage", () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await startDatabase("cluster");
  });
  afterAll(async () => {
    await database?.destroy();
  });

  it("are found, and the replica is filled anew", async () => {
    const { directory } = database.running;
    const clients = await Promise.all([database.connect(0), database.connect(1)]);
    const [client] = clients;
    await client?.query("create table t (id int primary key, note text)");
    await client?.query("insert into t values (1, $1), (2, 'well')", [TEXT]);
    let damaged = "";
    for (const name of FIRST) {
      const { pid } = clusterProcesses(directory)[name] ?? { pid: 0 };
      signalMember(directory, name, "SIGTERM");
      await eventually(`${name} ends`, () => !lives(pid));
      const count = flipBits(join(directory, name, "storage", "data.mdb"), TEXT);
      if (count > 0) damaged = name;
      await restartMember(directory, name);
    }
    expect(damaged).not.toBe("");
    const isFilled = (): boolean => memberLog(directory, damaged).includes("serves again");
    await eventually("it is filled", async () => {
      for (const each of clients) {
        const { rows } = await each.query("select note from t order by id");
        expect(rows).toEqual([{ note: TEXT }, { note: "well" }]);
      }
      return isFilled();
    });
    expect(memberLog(directory, damaged)).toContain("files are damaged");
    await Promise.all(clients.map((each) => each.end()));
  });
});
