/**
 * I6 over wall clocks: commits wait until their time has passed everywhere, and a process whose
 * clock is outside its bound stops instead of serving.
 */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lives } from "../../packages/server/src/cluster/local-processes.ts";
import { killMember, memberLog } from "../support/cluster-member.ts";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import { buildMissing, clusterProcesses } from "../support/processes.ts";

const missing = buildMissing();
const ERROR_MILLIS = 20;

describe.skipIf(missing !== undefined)("a cluster on wall clocks", () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await startDatabase("cluster", ["--clock-error", String(ERROR_MILLIS)]);
  });
  afterAll(async () => {
    await database?.destroy();
  });

  /** The member again, with a wall clock that is so much ahead. */
  async function restartAhead(name: string, millis: number): Promise<number> {
    const { directory } = database.running;
    const before = clusterProcesses(directory)[name];
    const shift = join(directory, "shift.cjs");
    writeFileSync(shift, `const now = Date.now; Date.now = () => now() + ${millis};`);
    spawn("sh", ["-c", before?.restart ?? "false"], {
      stdio: "ignore",
      detached: true,
      env: { ...process.env, NODE_OPTIONS: `--require ${shift}` },
    });
    const pid = (): number => clusterProcesses(directory)[name]?.pid ?? 0;
    await eventually(`${name} in cluster.json`, () => pid() !== before?.pid);
    return pid();
  }

  it("I6: what was acknowledged on one query processor is seen on the other", async () => {
    const [writer, reader] = [await database.connect(0), await database.connect(1)];
    await writer.query("create table counted (n int)");
    for (let n = 1; n <= 20; n++) {
      await writer.query("insert into counted values ($1)", [n]);
      const { rows } = await reader.query("select max(n) as last from counted");
      expect(rows).toEqual([{ last: n }]);
    }
    await writer.end();
    await reader.end();
  });

  it("a process whose clock is ahead of most others ends, and says why", async () => {
    const { directory } = database.running;
    for (const name of ["storage-1-1", "query-processor-2"]) {
      killMember(directory, name);
      const pid = await restartAhead(name, 10 * ERROR_MILLIS + 2_000);
      await eventually(`${name} has ended`, () => !lives(pid));
      expect(memberLog(directory, name)).toContain("the clock is outside its bound");
    }
    const client = await database.connect(0);
    const { rows } = await client.query("select count(*)::int as count from counted");
    expect(rows).toEqual([{ count: 20 }]);
    await client.end();
  });
});
