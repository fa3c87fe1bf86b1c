/** What a single read of a list can tell: anomalies that need no cycle. */
import type { Key } from "@firstlight/common";
import type { Attempt } from "../history/attempt.ts";
import type { ListHistory, ListRead } from "./list-history.ts";
import type { Findings } from "./violation.ts";

function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** Within a transaction a list is what it was before, and what was appended since. */
export function checkInternal({ attempts }: ListHistory, findings: Findings): void {
  for (const attempt of attempts) {
    const expected = new Map<Key, readonly number[]>();
    for (const operation of attempt.operations) {
      const { key } = operation;
      const before = expected.get(key);
      if (operation.kind === "append") expected.set(key, [...(before ?? []), operation.value]);
      else {
        if (before !== undefined && !same(before, operation.list)) {
          const text = `${attempt.describe()} read ${key} as [${operation.list.join()}]`;
          findings.add("internal consistency", `${text} after [${before.join()}]`);
        }
        expected.set(key, operation.list);
      }
    }
  }
}

function checkRead(read: ListRead, reader: Attempt, lists: ListHistory, findings: Findings): void {
  const { key, list } = read;
  const saw = `${reader.describe()} read ${key} as [${list.join()}]`;
  if (new Set(list).size !== list.length) findings.add("duplicate", saw);
  for (const value of list) {
    const written = lists.written.get(value);
    if (written === undefined || written.key !== key) findings.add("unwritten", `${saw}: ${value}`);
    else if (written.by.outcome.kind === "refused" || written.by.outcome.kind === "open") {
      findings.add("G1a", `${saw}: ${value} is from ${written.by.describe()}`);
    }
  }
  const last = list.at(-1);
  const written = last === undefined ? undefined : lists.written.get(last);
  if (written?.intermediate === true && written.by !== reader) {
    findings.add("G1b", `${saw}: ${written.by.describe()} appended more after ${last}`);
  }
  const order = lists.order(key);
  if (!same(list, order.slice(0, list.length))) {
    findings.add("incompatible order", `${saw}, another read is [${order.join()}]`);
  }
}

export function checkLists(lists: ListHistory, findings: Findings): void {
  for (const key of lists.keys()) {
    for (const read of lists.reads(key)) {
      const reader = lists.attempts[read.reader];
      if (reader !== undefined) checkRead(read, reader, lists, findings);
    }
  }
}

/** Two that appended to the same list after having read the same state of it. */
export function checkLostUpdates(lists: ListHistory, findings: Findings): void {
  for (const key of lists.keys()) {
    const updaters = new Map<string, Attempt>();
    for (const { reader, list } of lists.reads(key)) {
      const attempt = lists.attempts[reader];
      if (attempt?.outcome.kind !== "committed" || !attempt.writes.has(key)) continue;
      const state = list.join();
      const other = updaters.get(state);
      if (other !== undefined && other !== attempt) {
        const both = `${other.describe()} and ${attempt.describe()}`;
        findings.add("lost update", `${both} appended to ${key} after [${state}]`);
      }
      updaters.set(state, attempt);
    }
  }
}
