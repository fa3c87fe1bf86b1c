/**
 * Ranges of adjudicators: the n-th change makes version n, in the first log, and every transaction
 * was judged by whoever owned its keys at its timestamp (I3 rests on it).
 */
import type { RangeMap, Timestamp } from "@firstlight/common";
import {
  RANGES_KEY,
  TIMESTAMP_ZERO,
  decodeRangeMap,
  firstLog,
  isGlobalKey,
  logsOf,
  ownerOf,
} from "@firstlight/common";
import type { Evidence } from "./evidence.ts";
import type { Findings } from "./violation.ts";

interface Since {
  readonly from: Timestamp;
  readonly map: RangeMap;
}

function mapsOf(
  { logs, topology }: Pick<Evidence, "logs" | "topology">,
  findings: Findings,
): readonly Since[] {
  const first = { version: 0, ranges: topology.adjudicators };
  const maps: Since[] = [{ from: TIMESTAMP_ZERO, map: first }];
  for (const { timestamp, value = "", by } of logs.versions(RANGES_KEY)) {
    const map = decodeRangeMap(Buffer.from(value, "latin1"));
    if (map.version !== maps.length) {
      findings.add(
        "ranges",
        `change ${maps.length}, at ${timestamp}, makes version ${map.version}`,
      );
    }
    if (by.log !== firstLog(logsOf(topology.adjudicators))) {
      findings.add("ranges", `version ${map.version} stands in log ${by.log}`);
    }
    maps.push({ from: timestamp, map });
  }
  return maps;
}

export function checkRanges(
  evidence: Pick<Evidence, "logs" | "topology">,
  findings: Findings,
): void {
  const maps = mapsOf(evidence, findings);
  if (evidence.topology.adjudicators.length === 0) return;
  let at = 0;
  for (const { transaction, timestamp, keys, participants } of evidence.logs.transactions) {
    while ((maps[at + 1]?.from ?? Infinity) < timestamp) at++;
    const { map } = maps[at] as Since;
    const missed = keys.find(
      (key) => !isGlobalKey(key) && !participants.includes(ownerOf(map, key)),
    );
    if (missed === undefined) continue;
    const whose = `${ownerOf(map, missed)} owned ${missed} by version ${map.version}`;
    findings.add(
      "ranges",
      `${transaction} at ${timestamp} was judged by ${participants.join()}, ${whose}`,
    );
  }
}
