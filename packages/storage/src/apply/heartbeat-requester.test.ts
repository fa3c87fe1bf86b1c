/** Who wants a time to come keeps nobody waiting who wants the present. */
import type { Timestamp } from "@firstlight/common";
import { logId } from "@firstlight/common";
import { expect, test } from "vitest";
import { DEFAULT_STORAGE_SETTINGS } from "../settings.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { at, runtimeWith } from "../testing/test-replica.ts";
import { HeartbeatRequester } from "./heartbeat-requester.ts";

const SECOND = 1_000_000;

test("what is wanted of a time to come is asked for when it has come, the present at once", async () => {
  const clock = new ManualClock();
  const asked: Timestamp[] = [];
  const requester = new HeartbeatRequester({
    runtime: runtimeWith(clock),
    log: logId("a"),
    source: {
      heartbeat: (atLeast) => {
        asked.push(atLeast);
        return Promise.resolve({ log: logId("a"), epoch: 1, watermark: atLeast, index: 0 });
      },
    },
    settings: DEFAULT_STORAGE_SETTINGS,
    onHeartbeat: () => undefined,
  });
  const begin = clock.now().latest;
  requester.want(at(begin + 5 * SECOND));
  expect(asked).toEqual([]);
  requester.want(begin);
  expect(asked).toEqual([begin]);
  clock.advance(5 * SECOND - 1);
  await Promise.resolve();
  expect(Math.max(...asked)).toBeLessThan(begin + 5 * SECOND);
  clock.advance(1);
  await Promise.resolve();
  expect(asked.at(-1)).toBe(begin + 5 * SECOND);
  const { length } = asked;
  clock.advance(5 * SECOND);
  await Promise.resolve();
  expect(asked.length).toBe(length);
});
