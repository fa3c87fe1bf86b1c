/**
 * An adjudicator that dies or stands still is replaced by another one without anybody's help: both
 * query processors commit again, no acknowledged commit is lost, what woke up does no harm.
 */
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { restartMember, signalMember } from "../support/cluster-member.ts";
import type { TestDatabase } from "../support/databases.ts";
import { startDatabase } from "../support/databases.ts";
import { eventually } from "../support/eventually.ts";
import { prepareLoad, underLoad } from "../support/load.ts";
import { buildMissing } from "../support/processes.ts";

const missing = buildMissing();

describe.skipIf(missing !== undefined)("I2, I8: takeover of an adjudicator", () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await startDatabase("cluster");
    await prepareLoad(database.running.ports[0] ?? 0);
  });
  afterAll(async () => {
    await database?.destroy();
  });

  const signal = (name: string, what: NodeJS.Signals): void =>
    signalMember(database.running.directory, name, what);
  const restart = (name: string): Promise<void> => restartMember(database.running.directory, name);

  /** Under load: `harm` is done to the process, all commit again, and it is brought back. */
  function through(
    name: string,
    harm: "SIGKILL" | "SIGSTOP",
    back: () => unknown,
  ): Promise<readonly string[]> {
    const { ports } = database.running;
    return underLoad(ports, async (load) => {
      signal(name, harm);
      const begun = Date.now();
      await load.progress(ports, 1);
      console.info(`${harm} of ${name}: both commit again after ${Date.now() - begun} ms`);
      await load.progress(ports);
      await back();
    });
  }

  it.each(["adjudicator-1", "adjudicator-2"])("kill -9 of %s", async (name) => {
    expect(await through(name, "SIGKILL", () => restart(name))).toEqual([]);
  });

  it.each(["adjudicator-1", "adjudicator-2"])("%s stands still, and wakes up", async (name) => {
    expect(await through(name, "SIGSTOP", () => signal(name, "SIGCONT"))).toEqual([]);
  });

  it("I12: advisory locks and notifications follow, without the old process", async () => {
    const other = await database.connect(1);
    const heard: string[] = [];
    other.on("notification", ({ payload = "" }) => heard.push(payload));
    await other.query("listen news");
    // The home of the log of the test before may be taking it back: locks of that moment are lost.
    let holder = await database.connect(0);
    await eventually("a lock is granted", async () => {
      const done = await holder.query("select pg_advisory_lock(7)").catch(() => undefined);
      if (done === undefined) holder = await database.connect(0);
      return done !== undefined;
    });
    await holder.query("notify news, 'before'");
    signal("adjudicator-1", "SIGKILL");
    await eventually("it notifies again", async () => {
      const done = await holder.query("notify news, 'after'").catch(() => undefined);
      return done !== undefined;
    });
    await eventually("both were heard", () => heard.includes("after"));
    expect(heard).toEqual(["before", "after"]);
    const tryLock = async (client: pg.Client): Promise<unknown> => {
      const { rows } = await client.query("select pg_try_advisory_lock(7) as locked");
      return (rows[0] as { locked: unknown }).locked;
    };
    // The new registrar grants nothing before it has heard from everybody.
    await eventually("the registrar answers", async () => {
      return (await tryLock(other).catch(() => undefined)) === false;
    });
    await holder.query("select pg_advisory_unlock(7)");
    expect(await tryLock(other)).toBe(true);
    await holder.end();
    await other.end();
  });
});
