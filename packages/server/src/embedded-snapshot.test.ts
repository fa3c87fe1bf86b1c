/** How old a snapshot of the embedded composition may be. */
import { timestamp } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { SNAPSHOT_AGE_MICROS_MAX, embeddedSnapshot } from "./embedded-snapshot.ts";

describe("an embedded snapshot", () => {
  const reached = timestamp(1_000_000_000);

  it("is what storage has reached while that is recent: no read waits", () => {
    expect(embeddedSnapshot(reached, timestamp(reached + SNAPSHOT_AGE_MICROS_MAX))).toBe(reached);
  });

  it("is the present when nothing was committed for long: the horizon cannot pass it at once", () => {
    const now = timestamp(reached + SNAPSHOT_AGE_MICROS_MAX + 1);
    expect(embeddedSnapshot(reached, now)).toBe(now);
  });

  it("never lies before what was acknowledged, whatever the clock says (I6)", () => {
    expect(embeddedSnapshot(reached, timestamp(1))).toBe(reached);
  });
});
