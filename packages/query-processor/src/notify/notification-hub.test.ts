/** Followers of the notification log when that is trimmed before they have read it. */
import type { LogEntry, TailListener } from "@firstlight/common";
import {
  ManualClock,
  ServiceError,
  encodeLogRecord,
  logId,
  timestamp,
  transactionId,
} from "@firstlight/common";
import { expect, it } from "vitest";
import type { ClusterView } from "../transaction/cluster-view.ts";
import { ChannelListener } from "./channel-listener.ts";
import { NotificationHub } from "./notification-hub.ts";

const LOG = logId("a1");
const DATABASE = 5;

function entryOf(index: number, payload: string): LogEntry {
  const record = encodeLogRecord({
    kind: "transaction",
    leaseEnd: timestamp(0),
    transaction: transactionId("00".repeat(16)),
    snapshot: timestamp(0),
    participants: [LOG],
    mutations: [],
    notifications: [{ pid: 1, database: DATABASE, channel: "c", payload }],
  });
  return { index, timestamp: timestamp(index), epoch: 1, payload: record };
}

class TestHub {
  readonly hub: NotificationHub;
  /** Of the journal's tails, each with the index that it begins at. */
  readonly tails: { readonly from: number; readonly listener: TailListener }[] = [];

  constructor() {
    const view: Pick<ClusterView, "logs" | "tailLog" | "takeSnapshot"> = {
      logs: [LOG],
      tailLog: (_log, from, listener) => {
        this.tails.push({ from, listener });
        return { close: () => undefined };
      },
      takeSnapshot: () => timestamp(1_000_000),
    };
    const clock = new ManualClock();
    const cluster = view as ClusterView;
    this.hub = new NotificationHub({ cluster, clock, patienceMicros: 1 });
  }

  /** A session that listens behind `position`; `ended` is set when it is told to end. */
  session(position: number): { heard: string[]; ended: boolean; end: () => void } {
    const state = { heard: [] as string[], ended: false, end: () => listener.close() };
    const arrived = (): void => void state.heard.push(...listener.take().map((n) => n.payload));
    const overrun = (): void => void (state.ended = true);
    const listener = new ChannelListener({ database: DATABASE, arrived, overrun }, this.hub);
    listener.apply([{ kind: "listen", channel: "c" }]);
    this.hub.add(listener, "c", position);
    return state;
  }
}

it("I12: who begins to listen while others end, whose log was trimmed, hears what comes", () => {
  const test = new TestHub();
  const first = test.session(3);
  test.tails[0]?.listener.onEnd(new ServiceError("horizon", "log a1 begins at 9"));
  expect(first).toMatchObject({ heard: [], ended: true });
  const second = test.session(9);
  first.end();
  expect(test.tails.map(({ from }) => from)).toEqual([4, 10]);
  test.tails[1]?.listener.onEntries([entryOf(10, "x")]);
  expect(second).toMatchObject({ heard: ["x"], ended: false });
});
