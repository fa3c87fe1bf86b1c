/** A run in words, with the command that repeats it. */
import { bugScenario } from "./bug-scenarios.ts";
import type { Marks } from "./marks.ts";
import type { SimulationResult } from "./run-simulation.ts";
import type { SimulationSettings } from "./settings.ts";

function sumOf(marks: Marks, prefix: string): number {
  let sum = 0;
  for (const [name, count] of marks.entries()) if (name.startsWith(prefix)) sum += count;
  return sum;
}

export function replayCommand(settings: SimulationSettings): string {
  const { seed, steps, workload, bugs, like, trimsLogs, shardMicros } = settings;
  const movesShards = shardMicros > 0 && like === undefined;
  const bug = like === undefined ? "" : ` --${bugs.includes(like) ? "bug" : "like"} ${like}`;
  // A scenario may have a workload that cannot be chosen by name.
  const isScenarios = like !== undefined && bugScenario(like).workload === workload;
  const work = isScenarios ? "" : ` --workload ${workload.name}`;
  const more = `${trimsLogs ? " --trim yes" : ""}${movesShards ? " --shards yes" : ""}`;
  return `npm run sim -- --seed ${seed} --steps ${steps}${work}${bug}${more}`;
}

/** One line: seed, digest and counts. */
export function describeResult(result: SimulationResult): string {
  const { settings, digest, marks, events, simulatedMicros } = result;
  const count = (name: string): number => marks.count(`outcome: ${name}`);
  return [
    `seed ${settings.seed}: ${settings.workload.name}, digest ${digest}`,
    `${count("committed")} commits, ${marks.count("refused: conflict")} conflicts`,
    `${count("refused")} refused, ${count("unknown")} unknown, ${count("open")} failed`,
    `${sumOf(marks, "fault: ")} faults`,
    `${events} events in ${(simulatedMicros / 1e6).toFixed(1)} simulated seconds`,
  ].join("; ");
}

export function describeFailure(result: SimulationResult): string {
  const lines = result.violations.map(
    ({ invariant, explanation }) => `VIOLATION of ${invariant}: ${explanation}`,
  );
  lines.push(`seed ${result.settings.seed}, again with: ${replayCommand(result.settings)}`);
  return lines.join("\n");
}

export function describeMarks(marks: Marks): string {
  const lines = marks.entries().map(([name, count]) => `${String(count).padStart(8)} ${name}`);
  return `reached:\n${lines.join("\n")}`;
}
