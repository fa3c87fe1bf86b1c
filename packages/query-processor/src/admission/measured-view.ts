/** A ClusterView that knows how far its parts are behind, from the answers that it gets anyway. */
import type { Adjudicator, Clock, LogId, Span, Storage } from "@firstlight/common";
import { ownersOf } from "@firstlight/common";
import type { ClusterView } from "../transaction/cluster-view.ts";
import { CommitTimes } from "./commit-times.ts";
import type { LoadedPart } from "./loaded-part.ts";

/** The storage of those who have no shards. */
export function storagePart(storage: Storage): LoadedPart {
  return {
    kind: "storage",
    name: undefined,
    get load() {
      return storage.lag;
    },
  };
}

/** `storageOf`: the shards that hold keys of the spans. */
export function measuredView(
  view: ClusterView,
  clock: Clock,
  storageOf: (spans: readonly Span[]) => Iterable<LoadedPart>,
): ClusterView {
  const times = new Map(view.logs.map((log) => [log, new CommitTimes(log, clock)]));
  const adjudicators = new Map<LogId, Adjudicator>();
  const adjudicator = (log: LogId): Adjudicator => {
    const known = adjudicators.get(log);
    if (known !== undefined) return known;
    const inner = view.adjudicator(log);
    const measured = measuredAdjudicator(inner, times.get(log));
    adjudicators.set(log, measured);
    return measured;
  };
  const journalOf = (spans: readonly Span[]): Iterable<LoadedPart> => {
    if (view.logs.length === 1) return times.values();
    const logs = new Set(spans.flatMap((span) => ownersOf(view.ranges.map, span)));
    return [...logs].flatMap((log) => times.get(log) ?? []);
  };
  const partsOf = (spans: readonly Span[]): LoadedPart[] => [
    ...storageOf(spans),
    ...journalOf(spans),
  ];
  return { ...view, adjudicator, load: { partsOf } };
}

function measuredAdjudicator(inner: Adjudicator, times: CommitTimes | undefined): Adjudicator {
  if (times === undefined) return inner;
  return {
    commit: (request) => times.commit(inner, request),
    prepare: (request) => inner.prepare(request),
    decide: (decision) => inner.decide(decision),
    outcome: (transaction, after) => inner.outcome(transaction, after),
    heartbeat: (atLeast) => inner.heartbeat(atLeast),
    ranges: (atLeast) => inner.ranges(atLeast),
    conflicts: () => inner.conflicts(),
  };
}
