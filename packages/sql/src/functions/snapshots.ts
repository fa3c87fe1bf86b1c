/** Functions of pg_snapshot and txid_snapshot values. */
import type { Datum } from "../values/datum.ts";
import { snapshotOf } from "../values/snapshot.ts";
import { registerFunctions, registerSetReturning } from "./registry.ts";

/** Whether that transaction had committed when the snapshot was taken, if it commits at all. */
function isVisible(id: bigint, text: string): boolean {
  const { xmin, xmax, xip } = snapshotOf(text);
  if (id < xmin) return true;
  return id < xmax && !xip.includes(id);
}

export function registerSnapshots(): void {
  registerFunctions({
    pg_snapshot_xmin: (_, text: string) => snapshotOf(text).xmin,
    pg_snapshot_xmax: (_, text: string) => snapshotOf(text).xmax,
    pg_visible_in_snapshot: (_, id: bigint, text: string) => isVisible(id, text),
  });
  registerSetReturning({
    pg_snapshot_xip:
      () =>
      (_, text: string): readonly Datum[] =>
        snapshotOf(text).xip,
  });
}
