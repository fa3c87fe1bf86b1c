/**
 * The text form of pg_snapshot: `xmin:xmax:xip,xip`. Everything below xmin has ended, nothing from
 * xmax on has begun, and those in between that are listed still run. Listed ids ascend, once each.
 */
import { SqlError } from "@firstlight/common";

export interface TransactionSnapshot {
  readonly xmin: bigint;
  readonly xmax: bigint;
  readonly xip: readonly bigint[];
}

const SNAPSHOT = /^(\d{1,20}):(\d{1,20}):((?:\d{1,20}(?:,\d{1,20})*)?)$/u;
const ID_MAX = 9223372036854775807n;

function partsOf(text: string): TransactionSnapshot | undefined {
  const [, low, high, list] = SNAPSHOT.exec(text) ?? [];
  if (low === undefined || high === undefined) return undefined;
  const xip = list === undefined || list === "" ? [] : list.split(",").map(BigInt);
  return { xmin: BigInt(low), xmax: BigInt(high), xip };
}

function isValid({ xmin, xmax, xip }: TransactionSnapshot): boolean {
  if (xmin === 0n || xmax === 0n || xmin > xmax || xmax > ID_MAX) return false;
  return xip.every((id, i) => id >= xmin && id < xmax && id >= (xip[i - 1] ?? 0n));
}

/** The canonical text; 22P02 for what is no snapshot. */
export function parseSnapshot(text: string): string {
  const snapshot = partsOf(text);
  if (snapshot === undefined || !isValid(snapshot)) {
    throw new SqlError("22P02", `invalid input syntax for type pg_snapshot: "${text}"`);
  }
  return snapshotToString({ ...snapshot, xip: [...new Set(snapshot.xip)] });
}

export function snapshotToString({ xmin, xmax, xip }: TransactionSnapshot): string {
  return `${xmin}:${xmax}:${xip.join(",")}`;
}

/** Of a text in canonical form. */
export function snapshotOf(text: string): TransactionSnapshot {
  return partsOf(text) ?? { xmin: 1n, xmax: 1n, xip: [] };
}
