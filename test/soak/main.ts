/** npm run soak -- [--seed N] [--minutes M] [--faults "kill,stop journal"]; exit code 1 after a violation. */
import { parseArgs } from "node:util";
import { temporaryDirectory } from "../support/processes.ts";
import { runSoak } from "./run-soak.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    minutes: { type: "string", default: "60" },
    faults: { type: "string" },
  },
});

const started = Date.now();

function report(line: string): void {
  const seconds = ((Date.now() - started) / 1_000).toFixed(1);
  process.stdout.write(`${seconds.padStart(8)} s  ${line}\n`);
}

const faults = values.faults?.split(",");
const result = await runSoak({
  directory: temporaryDirectory("soak"),
  seed: Number(values.seed),
  seconds: Number(values.minutes) * 60,
  report,
  ...(faults === undefined ? {} : { faults }),
});
for (const gap of result.gaps) {
  report(
    `${gap.kind}: ${gap.count} times, without commits ${gap.silenceMedianMillis} ms (median), ${gap.silenceMaxMillis} ms at most; some worker ${gap.medianMillis} ms (median), ${gap.maxMillis} ms at most`,
  );
}
report(`${result.commits} commits, ${result.unknown} unknown, ${result.faults} faults`);
for (const { invariant, explanation } of result.violations) {
  report(`VIOLATION of ${invariant}: ${explanation}`);
}
process.exitCode = result.violations.length === 0 ? 0 : 1;
