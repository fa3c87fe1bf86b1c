/** An evaluation context with fixed time for tests that bind. */
import { DEFAULT_FORMAT, type EvaluationContext } from "@firstlight/sql";

const TABLES: Readonly<Record<string, number>> = { t: 20000, u: 20100, g: 20200, tv: 20300 };

export const TEST_EVALUATION: EvaluationContext = {
  params: [],
  execParams: [],
  format: DEFAULT_FORMAT,
  transactionTime: 0n,
  statementTime: 0n,
  clockTime: () => 0n,
  random: () => 0.5,
  randomBytes: (length) => new Uint8Array(length),
  session: {
    currentUser: "postgres",
    sessionUser: "postgres",
    database: "postgres",
    backendPid: 1,
    currentSchemas: () => ["public"],
    getSetting: () => undefined,
    setSetting: (_name, value) => value ?? "",
    callCatalogFunction: (name, [text]) =>
      name === "to_regclass_strict" && typeof text === "string" ? (TABLES[text] ?? null) : null,
  },
};
