/** Has a process stop serving when its clock is outside the bound that it was given. */
import type { NodeRuntime } from "@firstlight/common";
import { ClockWatch } from "@firstlight/common";
import { ClusterConnections } from "./cluster-connections.ts";
import type { ClusterLayout, Member } from "./layout.ts";

const EVERY_MICROS = 500_000;

/** BEFORE it serves: the first comparisons follow half a second later. */
export function watchClock(
  runtime: NodeRuntime,
  layout: ClusterLayout,
  member: Member,
  onOutside: (reason: string) => void,
): { stop(): void } {
  const connections = new ClusterConnections(runtime, layout, member.name);
  const { clock } = runtime;
  const peers = connections.clocks();
  const watch = new ClockWatch({ clock, peers, everyMicros: EVERY_MICROS, onOutside });
  watch.start();
  return {
    stop: () => {
      watch.stop();
      connections.close();
    },
  };
}
