/** All checks of a finished run. */
import { checkDirectory } from "../checkers/directory.ts";
import { checkDurability } from "../checkers/durability.ts";
import type { Evidence } from "../checkers/evidence.ts";
import { checkFirstCommitter } from "../checkers/first-committer.ts";
import { checkFreshness } from "../checkers/freshness.ts";
import { checkLogs } from "../checkers/log-order.ts";
import { checkRanges } from "../checkers/ranges.ts";
import { checkReads } from "../checkers/reads.ts";
import { checkShardMaps } from "../checkers/shard-maps.ts";
import type { Findings } from "../checkers/violation.ts";
import type { Workload } from "../workloads/workload.ts";

export function checkRun(workload: Workload, evidence: Evidence, findings: Findings): void {
  checkLogs(evidence, findings);
  checkDirectory(evidence, findings);
  checkDurability(evidence, findings);
  checkFirstCommitter(evidence, findings);
  checkRanges(evidence, findings);
  checkShardMaps(evidence, findings);
  checkReads(evidence, findings);
  checkFreshness(evidence, findings);
  workload.check(evidence, findings);
  for (const defect of evidence.observations.defects) findings.add("defect", defect);
}
