/**
 * npm run sim -- --seed N --steps M [--workload W] [--seeds K] [--bug B | --like B]: runs K
 * seeds from N on and ends with exit code 1 at the first violation.
 */
import { parseArgs } from "node:util";
import { BUGS } from "./cluster/bugs.ts";
import type { Bug } from "./cluster/bugs.ts";
import {
  describeFailure,
  describeMarks,
  describeResult,
  replayCommand,
} from "./simulation/report.ts";
import { Marks } from "./simulation/marks.ts";
import type { SimulationResult } from "./simulation/run-simulation.ts";
import { runSimulation } from "./simulation/run-simulation.ts";
import type { SimulationSettings } from "./simulation/settings.ts";
import { settingsFor } from "./simulation/settings-for.ts";
import { WORKLOADS } from "./workloads/all-workloads.ts";

const USAGE = `usage: npm run sim -- [--seed N] [--seeds K] [--steps M] [--workload W] [--bug B | --like B]
  workloads: ${WORKLOADS.map(({ name }) => name).join(", ")} (by default the seed chooses)
  bugs: ${BUGS.join(", ")}
  --trim yes: slow users, and logs that are trimmed meanwhile
  --shards yes: shards are split, merged and moved meanwhile
  --like: the faults and settings that expose the bug, without the bug`;

function fail(message: string): never {
  process.stderr.write(`${message}\n${USAGE}\n`);
  process.exit(2);
}

function readNumber(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) fail(`--${name} must be a whole number`);
  return value;
}

function readBug(text: string | undefined): Bug | undefined {
  const bug = BUGS.find((name) => name === text);
  if (text !== undefined && bug === undefined) fail(`no such bug: ${text}`);
  return bug;
}

function parseOptions<T extends Readonly<Record<string, { readonly type: "string" }>>>(
  options: T,
): ReturnType<typeof parseArgs<{ options: T; strict: true }>> {
  try {
    return parseArgs({ options, strict: true });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/** Undefined if the run could not even be checked; then the reason was printed. */
async function run(settings: SimulationSettings): Promise<SimulationResult | undefined> {
  try {
    return await runSimulation(settings);
  } catch (error) {
    const reason = error instanceof Error ? error.stack : String(error);
    process.stdout.write(
      `${reason}\nseed ${settings.seed}, again with: ${replayCommand(settings)}\n`,
    );
    return undefined;
  }
}

function readOptions(): {
  seed: number;
  seeds: number;
  settings: (seed: number) => SimulationSettings;
} {
  const text = { type: "string" } as const;
  const options = {
    seed: text,
    seeds: text,
    steps: text,
    workload: text,
    bug: text,
    like: text,
    trim: text,
    shards: text,
  };
  const { values } = parseOptions(options);
  const steps = readNumber("steps", values.steps, 300);
  const workload = WORKLOADS.find(({ name }) => name === values.workload);
  if (values.workload !== undefined && workload === undefined) fail("no such workload");
  const bug = readBug(values.bug);
  const like = readBug(values.like);
  const trim = values.trim === "yes";
  const shards = values.shards === "yes";
  return {
    seed: readNumber("seed", values.seed, 1),
    seeds: readNumber("seeds", values.seeds, 1),
    settings: (seed) =>
      settingsFor({ seed, steps, workload, bug, like: like ?? bug, trim, shards }),
  };
}

async function main(): Promise<number> {
  const { seed, seeds, settings } = readOptions();
  const marks = new Marks();
  const started = process.hrtime.bigint();
  let events = 0;
  for (let next = seed; next < seed + seeds; next++) {
    process.stdout.write(`seed ${next}\n`);
    const result = await run(settings(next));
    if (result === undefined) return 1;
    process.stdout.write(`${describeResult(result)}\n`);
    marks.add(result.marks);
    events += result.events;
    if (result.violations.length === 0) continue;
    process.stdout.write(`${describeFailure(result)}\n`);
    return 1;
  }
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  process.stdout.write(`${describeMarks(marks)}\n`);
  const speed = `${((seeds * 60) / seconds).toFixed(0)} seeds/min, ${(events / seconds).toFixed(0)} events/s`;
  process.stdout.write(`${seeds} seeds from ${seed} in ${seconds.toFixed(1)} s (${speed})\n`);
  return 0;
}

process.exitCode = await main();
