export { BUGS } from "./cluster/bugs.ts";
export type { Bug } from "./cluster/bugs.ts";
export { checkAnomalies, checkSerializable } from "./checkers/anomalies.ts";
export type { ReplicaLog } from "./checkers/evidence.ts";
export { checkRecordedLogs } from "./checkers/recorded-logs.ts";
export { firstDifference, keptBy, rowsAt } from "./checkers/replica-rows.ts";
export { Findings } from "./checkers/violation.ts";
export type { Violation } from "./checkers/violation.ts";
export { Attempt, History } from "./history/attempt.ts";
export { LogHistory } from "./history/log-history.ts";
export type { FaultProfile } from "./faults/nemesis.ts";
export { SeededRandom } from "./kernel/seeded-random.ts";
export { Marks } from "./simulation/marks.ts";
export {
  describeFailure,
  describeMarks,
  describeResult,
  replayCommand,
} from "./simulation/report.ts";
export { runSimulation } from "./simulation/run-simulation.ts";
export type { SimulationResult } from "./simulation/run-simulation.ts";
export { SIMULATION_DEFAULTS } from "./simulation/settings.ts";
export type { SimulationSettings } from "./simulation/settings.ts";
export { settingsFor } from "./simulation/settings-for.ts";
export { WORKLOADS, workloadNamed } from "./workloads/all-workloads.ts";
export type { Workload } from "./workloads/workload.ts";
