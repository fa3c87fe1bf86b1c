/** Who takes a log over, when, and what becomes of the one that served it. */
import type { DirectoryNews, DirectorySource, LogId, Serving, Timestamp } from "@firstlight/common";
import {
  ClusterDirectory,
  MovedError,
  NO_METRICS,
  SILENT_LOG,
  ServiceError,
  evenSpans,
  logId,
  timestamp,
} from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { ClusterFixture } from "../testing/cluster-fixture.ts";
import { AdjudicatorNode } from "./adjudicator-node.ts";

const A1 = logId("a1");
const A2 = logId("a2");
const MEMBERS = ["one", "two", "three"];
const HOMES = new Map([
  [A1, "one"],
  [A2, "two"],
]);

class TestCluster {
  readonly fixture = new ClusterFixture({ logs: 2 });
  readonly nodes = new Map<string, AdjudicatorNode>();
  readonly directories = new Map<string, ClusterDirectory>();
  /** Processes that neither ask nor answer. */
  readonly silent = new Set<string>();
  newest: Timestamp = timestamp(0);

  start(member: string): void {
    const { clock, journal } = this.fixture;
    const unused = (): never => {
      throw new Error("not for tests");
    };
    const runtime = {
      clock,
      random: { next: () => 0.5, bytes: unused },
      network: { connect: unused, listen: unused },
      disk: { open: unused, setAside: unused },
      temporaryFiles: { open: unused },
      log: SILENT_LOG,
      metrics: NO_METRICS,
    };
    const others = MEMBERS.filter((other) => other !== member);
    const peers = new Map(others.map((other) => [other, this.#source(member, other)] as const));
    const sources = [...peers.values()];
    const logs = [A1, A2] as const;
    const ranges = evenSpans(logs.length).flatMap((span, i) => {
      const log = logs[i];
      return log === undefined ? [] : [{ log, span }];
    });
    const map = { version: 0, ranges };
    const directory = new ClusterDirectory({ clock, homes: HOMES, sources, ranges: map });
    const node: AdjudicatorNode = new AdjudicatorNode(runtime, journal, {
      member,
      members: MEMBERS,
      homes: HOMES,
      ranges,
      directory,
      peers,
      followers: [],
      route: (log) => (this.#serving(log) ?? node).adjudicator(log),
      newestEntry: () => Promise.resolve(this.newest),
    });
    this.nodes.set(member, node);
    this.directories.set(member, directory);
    void node.start();
  }

  #serving(log: LogId): AdjudicatorNode | undefined {
    return [...this.nodes.values()].find(({ serves }) => serves.includes(log));
  }

  #source(from: string, to: string): DirectorySource {
    return {
      exchange: async (news: DirectoryNews) => {
        const node = this.nodes.get(to);
        if (node === undefined) throw new ServiceError("unavailable", "connection refused");
        if (this.silent.has(from) || this.silent.has(to)) return new Promise(() => undefined);
        return node.exchange(news);
      },
    };
  }

  async startAll(): Promise<this> {
    for (const member of MEMBERS) this.start(member);
    await this.advance(500_000);
    return this;
  }

  async advance(micros: number): Promise<void> {
    for (let left = micros; left > 0; left -= 20_000) await this.fixture.clock.advance(20_000);
  }

  serves(member: string): readonly LogId[] {
    return this.nodes.get(member)?.serves ?? [];
  }

  holder(member: string, log: LogId): Serving | undefined {
    return this.directories.get(member)?.holderOf(log);
  }

  kill(member: string): void {
    this.nodes.get(member)?.stop();
    this.nodes.delete(member);
  }
}

describe("AdjudicatorNode", () => {
  it("serves the logs that it is meant to serve, and no others", async () => {
    const cluster = await new TestCluster().startAll();
    expect(MEMBERS.map((member) => cluster.serves(member))).toEqual([[A1], [A2], []]);
    expect(cluster.holder("three", A1)).toEqual({ log: A1, epoch: 1, member: "one" });
  });

  it("the next process in order takes over from one that is gone, within a second", async () => {
    const cluster = await new TestCluster().startAll();
    cluster.kill("one");
    await cluster.advance(1_000_000);
    expect(cluster.serves("two")).toEqual([A1, A2]);
    expect(cluster.serves("three")).toEqual([]);
    expect(cluster.holder("three", A1)).toEqual({ log: A1, epoch: 2, member: "two" });
  });

  it("I2: one that was not heard serves no longer when it hears of its successor", async () => {
    const cluster = await new TestCluster().startAll();
    cluster.silent.add("one");
    await cluster.advance(1_500_000);
    expect(cluster.serves("two")).toContain(A1);
    const old = cluster.nodes.get("one");
    expect(old?.serves).toContain(A1);
    const known = cluster.directories.get("two")?.entries ?? [];
    const ranges = { version: 0, ranges: [] };
    old?.exchange({ known, seats: [], member: "two", serves: [A1], ranges });
    expect(old?.serves).not.toContain(A1);
    const asked = old?.adjudicator(A1).heartbeat(cluster.fixture.now);
    await expect(asked).rejects.toSatisfy(
      (error) =>
        error instanceof MovedError &&
        error.serving.some(({ log, epoch, member }) => {
          return log === A1 && epoch === 2 && member === "two";
        }),
    );
  });

  it("leaves a log alone that grows, though nobody is heard to serve it", async () => {
    const cluster = await new TestCluster().startAll();
    cluster.kill("one");
    for (let i = 0; i < 20; i++) {
      cluster.newest = cluster.fixture.now;
      await cluster.advance(100_000);
    }
    expect(cluster.serves("two")).toEqual([A2]);
    await cluster.advance(1_000_000);
    expect(cluster.serves("two")).toEqual([A1, A2]);
  });

  it("takes its log back once nothing has changed for a while", async () => {
    const cluster = await new TestCluster().startAll();
    cluster.kill("one");
    await cluster.advance(1_000_000);
    cluster.start("one");
    await cluster.advance(5_000_000);
    expect(cluster.serves("one")).toEqual([]);
    await cluster.advance(12_000_000);
    expect(cluster.serves("one")).toEqual([A1]);
    expect(cluster.serves("two")).toEqual([A2]);
    expect(cluster.holder("three", A1)).toEqual({ log: A1, epoch: 3, member: "one" });
  });

  it("the last one serves everything", async () => {
    const cluster = await new TestCluster().startAll();
    cluster.kill("one");
    cluster.kill("two");
    await cluster.advance(2_000_000);
    expect(cluster.serves("three")).toEqual([A1, A2]);
  });
});
