/** What the writer's line sends to a replica that is gone, and to one that is back. */
import type { JournalReplica, ReplicaAppend } from "@firstlight/common";
import { ManualClock, ServiceError, TIMESTAMP_ZERO, logId, timestamp } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { EntryWindow } from "./entry-window.ts";
import { QUORUM_DEFAULTS } from "./quorum-settings.ts";
import type { LinkOwner } from "./replica-link.ts";
import { ReplicaLink } from "./replica-link.ts";
import { LOG_START } from "./stored-log.ts";

const LOG = logId("a1");
const MEBIBYTE = 1024 * 1024;

class Fixture {
  readonly clock = new ManualClock();
  readonly window = new EntryWindow(LOG_START);
  isUp = false;
  appends = 0;
  appendedBytes = 0;
  probes = 0;
  readonly link: ReplicaLink;

  constructor() {
    const unused = (): never => {
      throw new Error("not used");
    };
    const replica: JournalReplica = {
      append: async (request: ReplicaAppend) => {
        this.appends++;
        for (const { payload } of request.entries) this.appendedBytes += payload.length;
        if (!this.isUp) throw new ServiceError("unavailable", "gone");
        const lastIndex = request.previousIndex + request.entries.length;
        return { accepted: true, promisedEpoch: 1, lastIndex };
      },
      state: async () => {
        this.probes++;
        if (!this.isUp) throw new ServiceError("unavailable", "gone");
        return {
          promisedEpoch: 1,
          lastIndex: 0,
          lastEpoch: 0,
          lastTimestamp: TIMESTAMP_ZERO,
          committed: 0,
          firstIndex: 1,
          baseEpoch: 0,
          baseTimestamp: timestamp(0),
          members: [],
        };
      },
      promise: unused,
      read: unused,
      tail: unused,
      trim: unused,
      join: unused,
    };
    const owner: LinkOwner = {
      log: LOG,
      epoch: 1,
      clock: this.clock,
      settings: QUORUM_DEFAULTS,
      window: this.window,
      committed: 0,
      members: [],
      learn: unused,
      readBack: unused,
      progressed: () => undefined,
      refused: unused,
    };
    this.link = new ReplicaLink(owner, replica, 1);
  }

  write(count: number): void {
    for (let i = 0; i < count; i++) {
      const index = this.window.last.index + 1;
      const payload = Buffer.alloc(MEBIBYTE / 4);
      this.window.push({ index, epoch: 1, timestamp: timestamp(index), payload });
      this.link.pump();
    }
  }
}

describe("ReplicaLink", () => {
  it("a replica that is gone is asked how it is, at growing pauses, and sent nothing", async () => {
    const fixture = new Fixture();
    fixture.write(4);
    await fixture.clock.advance(1);
    const { appendedBytes } = fixture;
    for (let second = 0; second < 60; second++) {
      fixture.write(4);
      await fixture.clock.advance(1_000_000);
    }
    expect(fixture.appendedBytes).toBe(appendedBytes);
    // 10 ms, doubled up to a second.
    expect(fixture.probes).toBeGreaterThan(50);
    expect(fixture.probes).toBeLessThan(75);
  });

  it("one that is back gets everything that it lacks", async () => {
    const fixture = new Fixture();
    fixture.write(20);
    await fixture.clock.advance(30_000_000);
    fixture.isUp = true;
    await fixture.clock.advance(3_000_000);
    expect(fixture.link.match).toBe(20);
    fixture.write(1);
    await fixture.clock.advance(1_000);
    expect(fixture.link.match).toBe(21);
  });
});
