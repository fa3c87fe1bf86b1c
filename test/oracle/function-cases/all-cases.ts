/**
 * Calls whose answers are compared with the oracle's, by family. See function-calls.ts for how they
 * are written.
 */
import type { CasesByFamily } from "./cases.ts";
import { NUMBERS } from "./numbers.ts";
import { TEXTS } from "./texts.ts";
import { TIMES } from "./times.ts";
import { DOCUMENTS } from "./documents.ts";
import { TEMPLATES } from "./templates.ts";

export const FUNCTION_CASES: CasesByFamily = {
  ...NUMBERS,
  ...TEXTS,
  ...TIMES,
  ...DOCUMENTS,
  ...TEMPLATES,
};
