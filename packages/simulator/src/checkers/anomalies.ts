/**
 * Adya's anomalies in a list-append history, from what clients saw alone: internal consistency,
 * G1a, G1b, lost updates, and cycles: G0, G1c, G-single, long fork, each also over real-time order.
 * Write skew (two anti-dependencies in a row) is what snapshot isolation permits.
 *
 * Snapshot isolation holds if and only if no cycle remains when every edge is a dependency (ww, wr,
 * real time) or a dependency followed by one anti-dependency (rw) (Cerone and Gotsman 2016).
 */
import type { Key } from "@firstlight/common";
import type { Attempt, History } from "../history/attempt.ts";
import type { Dependency, Edge } from "./dependency-graph.ts";
import { DependencyGraph } from "./dependency-graph.ts";
import { checkInternal, checkLists, checkLostUpdates } from "./list-reads.ts";
import { ListHistory } from "./list-history.ts";
import type { Findings } from "./violation.ts";

/** In the order in which they are looked for: the first name that fits is the finding's. */
const CYCLES: readonly (readonly [string, readonly Dependency[]])[] = [
  ["G0", ["ww"]],
  ["G1c", ["ww", "wr"]],
  ["G1c with real time", ["ww", "wr", "rt"]],
];

function addListEdges(graph: DependencyGraph, lists: ListHistory, key: Key): void {
  const order = lists.order(key);
  for (let i = 1; i < order.length; i++) {
    const [before, after] = [lists.writer(order[i - 1]), lists.writer(order[i])];
    if (before !== undefined && after !== undefined && before !== after) {
      graph.add(before, after, "ww");
    }
  }
  for (const { reader, list } of lists.reads(key)) {
    const writer = lists.writer(list.at(-1));
    if (writer !== undefined && writer !== reader) graph.add(writer, reader, "wr");
    const next = lists.writer(order[list.length]);
    if (next !== undefined && next !== reader) graph.add(reader, next, "rw");
  }
}

/**
 * A commit was acknowledged before another transaction began. Only from those that wrote: a read's
 * snapshot may be ahead of true time by the clocks' error.
 */
function addRealTimeEdges(graph: DependencyGraph, attempts: readonly Attempt[]): void {
  attempts.forEach((before, from) => {
    const { outcome, endedAt } = before;
    if (outcome.kind !== "committed" || endedAt === undefined) return;
    attempts.forEach((after, to) => {
      if (endedAt < after.begunAt) graph.add(from, to, "rt");
    });
  });
}

/** Dependencies, and dependencies followed by one anti-dependency. */
function composed(graph: DependencyGraph): DependencyGraph {
  const all = new DependencyGraph(graph.size);
  for (let node = 0; node < graph.size; node++) {
    for (const edge of graph.out(node)) {
      if (edge.why[0] === "rw") continue;
      all.addEdge(edge);
      for (const anti of graph.out(edge.to)) {
        if (anti.why[0] !== "rw") continue;
        const { from, to: via, why } = edge;
        all.addEdge({ from, to: anti.to, via, why: [...why, "rw"] });
      }
    }
  }
  return all;
}

function nameOf(cycle: readonly Edge[]): string {
  const reasons = cycle.flatMap(({ why }) => why);
  const antis = reasons.filter((why) => why === "rw").length;
  const name = antis === 1 ? "G-single" : "long fork";
  return reasons.includes("rt") ? `${name} with real time` : name;
}

function show(cycle: readonly Edge[], attempts: readonly Attempt[]): string {
  return cycle
    .map(({ from, why: [first, second], via, to }) => {
      const between = via === undefined ? "" : ` ${attempts[via]?.describe()} -${second}->`;
      return `${attempts[from]?.describe()} -${first}->${between} #${attempts[to]?.number}`;
    })
    .join("; ");
}

/** Under SERIALIZABLE there is no cycle at all, anti-dependencies and real time included. */
export function checkSerializable(history: History, findings: Findings): void {
  const lists = new ListHistory(history);
  const cycle = dependenciesOf(lists).findCycle();
  if (cycle !== undefined) findings.add("G2", show(cycle, lists.attempts));
}

function dependenciesOf(lists: ListHistory): DependencyGraph {
  const graph = new DependencyGraph(lists.attempts.length);
  for (const key of lists.keys()) addListEdges(graph, lists, key);
  addRealTimeEdges(graph, lists.attempts);
  return graph;
}

export function checkAnomalies(history: History, findings: Findings): void {
  const lists = new ListHistory(history);
  checkInternal(lists, findings);
  checkLists(lists, findings);
  checkLostUpdates(lists, findings);
  const graph = dependenciesOf(lists);
  for (const [name, kinds] of CYCLES) {
    const cycle = graph.only(kinds).findCycle();
    if (cycle !== undefined) return findings.add(name, show(cycle, lists.attempts));
  }
  const cycle = composed(graph).findCycle();
  if (cycle !== undefined) findings.add(nameOf(cycle), show(cycle, lists.attempts));
}
