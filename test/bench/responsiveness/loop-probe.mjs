/**
 * Loaded into a server process with --import: measures for how long at one go nothing else got its
 * turn: by the clock, by the time that the main thread computed, and how much of that was garbage
 * collection. Answers over IPC. With RESPONSIVENESS_PROFILE the server is sampled, and the answer
 * names what was on the stack during the holds.
 */
import { readFileSync } from "node:fs";
import { Session } from "node:inspector";
import { PerformanceObserver } from "node:perf_hooks";

const MARK_MILLIS = 1;
const HOLD_MILLIS = 8;
const SAMPLE_MICROS = 500;

let last = performance.now();
let lastBusy = busyMillis();
let holds = [];
let collections = [];
let peak = 0;

/** Of the main thread: what others of the machine took is no fault of the statement. */
function busyMillis() {
  return Number(readFileSync("/proc/self/schedstat", "latin1").split(" ")[0]) / 1e6;
}

function mark() {
  const now = performance.now();
  const busy = busyMillis();
  const wall = now - last;
  peak = Math.max(peak, wall);
  if (wall > 2) holds.push({ from: last, to: now, wall, cpu: Math.min(wall, busy - lastBusy) });
  last = now;
  lastBusy = busy;
}

const observer = new PerformanceObserver((list) => {
  for (const { startTime, duration } of list.getEntries()) {
    if (duration > 1) collections.push({ from: startTime, to: startTime + duration });
  }
});
observer.observe({ entryTypes: ["gc"] });

function inside(hold, { from, to }) {
  return Math.max(0, Math.min(to, hold.to) - Math.max(from, hold.from));
}

const profiler = process.env.RESPONSIVENESS_PROFILE === undefined ? undefined : new Session();
profiler?.connect();
profiler?.post("Profiler.enable");
profiler?.post("Profiler.setSamplingInterval", { interval: SAMPLE_MICROS });
profiler?.post("Profiler.start");

/** Of profile.nodes: by id, and who called. */
function stackOf(nodes, parents, id) {
  const frames = [];
  for (let at = id; at !== undefined; at = parents.get(at)) {
    const { functionName, url, lineNumber } = nodes.get(at).callFrame;
    if (url.startsWith("node:internal") || functionName === "(root)") continue;
    const file = url.split("/packages/").at(-1).replace("/dist/", "/");
    frames.push(`${functionName || "?"} ${file}:${lineNumber + 1}`);
  }
  return frames;
}

function describe(profile, worst) {
  const origin = Number(process.hrtime.bigint() / 1000n) - performance.now() * 1000;
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const parents = new Map(
    profile.nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])),
  );
  return worst.map((hold) => {
    const counts = new Map();
    let at = profile.startTime;
    profile.samples.forEach((id, index) => {
      at += profile.timeDeltas[index];
      const millis = (at - origin) / 1000;
      if (millis < hold.from || millis > hold.to) return;
      const stack = stackOf(nodes, parents, id).slice(0, 8).join("\n      ");
      counts.set(stack, (counts.get(stack) ?? 0) + 1);
    });
    const top = [...counts].toSorted((a, b) => b[1] - a[1]).slice(0, 2);
    return { ...hold, stacks: top.map(([stack, count]) => `${count}x ${stack}`) };
  });
}

function reset() {
  holds = [];
  collections = [];
  peak = 0;
}

function answer() {
  const known = holds.map((hold) => {
    const gc = collections.reduce((sum, each) => sum + inside(hold, each), 0);
    return { ...hold, gc: Math.min(gc, hold.cpu), own: Math.max(0, hold.cpu - gc) };
  });
  const most = (key) => known.reduce((most, each) => Math.max(most, each[key]), 0);
  const result = {
    wall: peak,
    cpu: most("cpu"),
    own: most("own"),
    gc: most("gc"),
    rss: process.resourceUsage().maxRSS,
  };
  if (profiler === undefined) return process.send?.(result);
  const worst = known.toSorted((a, b) => b.own - a.own).filter(({ own }) => own > HOLD_MILLIS);
  profiler.post("Profiler.stop", (_error, { profile }) => {
    const described = describe(profile, worst.slice(0, 2));
    profiler.post("Profiler.start");
    process.send?.({ ...result, worst: described });
  });
}

setInterval(mark, MARK_MILLIS);
process.on("message", (question) => {
  // Answered once the collection that follows an answer is over.
  if (question === "settled") return process.send?.("settled");
  mark();
  // Observations of the collector arrive in a later turn.
  setTimeout(() => {
    if (question === "worst") answer();
    // What one statement leaves behind is not for the next one to clean up.
    globalThis.gc?.();
    reset();
    last = performance.now();
    lastBusy = busyMillis();
  }, 5);
});
