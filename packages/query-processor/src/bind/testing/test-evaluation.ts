/** An evaluation context with fixed time for tests that bind. */
import { DEFAULT_FORMAT, type EvaluationContext } from "@firstlight/sql";

export const TEST_EVALUATION: EvaluationContext = {
  params: [],
  execParams: [],
  format: DEFAULT_FORMAT,
  transactionTime: 0n,
  statementTime: 0n,
  clockTime: () => 0n,
  random: () => 0.5,
  randomBytes: (length) => new Uint8Array(length),
  session: undefined,
};
