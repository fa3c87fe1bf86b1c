/** What a host does when its epoch ends. */
import { NO_METRICS, SILENT_LOG, isServiceError, logId } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { AdjudicatorHost } from "./adjudicator-host.ts";
import { ClusterFixture } from "./testing/cluster-fixture.ts";

const A1 = logId("a1");

async function hosted(): Promise<{
  cluster: ClusterFixture;
  host: AdjudicatorHost;
  fatal: string[];
}> {
  const cluster = new ClusterFixture();
  const fatal: string[] = [];
  const unused = (): never => {
    throw new Error("not for tests");
  };
  const runtime = {
    clock: cluster.clock,
    random: { next: () => 0.5, bytes: unused },
    network: { connect: unused, listen: unused },
    disk: { open: unused, setAside: unused },
    temporaryFiles: { open: unused },
    log: SILENT_LOG,
    metrics: NO_METRICS,
  };
  const span = { start: "" as never, end: "\xff\xff\xff" as never };
  const host = new AdjudicatorHost(runtime, cluster.journal, {
    log: A1,
    ranges: [{ log: A1, span }],
    peers: () => host,
    onFatal: (reason) => void fatal.push(reason),
  });
  await host.start();
  return { cluster, host, fatal };
}

describe("AdjudicatorHost", () => {
  it("starts another epoch when the journal was lost", async () => {
    const { cluster, host, fatal } = await hosted();
    cluster.journal.hold();
    const lost = expect(host.commit(cluster.request(["k"]))).rejects.toSatisfy((e) =>
      isServiceError(e, "unavailable"),
    );
    await cluster.clock.advance(10);
    cluster.journal.loseHeld();
    await lost;
    await cluster.clock.advance(1_000_000);
    const reply = host.commit(cluster.request(["k"]));
    await cluster.clock.advance(10);
    expect((await reply).verdict).toBe("committed");
    expect(await cluster.journal.epoch(A1)).toBe(2);
    expect(fatal).toEqual([]);
  });

  it("I2: gives up when a successor has sealed the log, and does not seal it back", async () => {
    const { cluster, host, fatal } = await hosted();
    await cluster.start(A1);
    const refused = expect(host.commit(cluster.request(["k"]))).rejects.toSatisfy((e) =>
      isServiceError(e, "unavailable"),
    );
    await cluster.clock.advance(10_000_000);
    await refused;
    expect(fatal).toEqual(["someone else serves this log"]);
    expect(await cluster.journal.epoch(A1)).toBe(2);
  });
});
