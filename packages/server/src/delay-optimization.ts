/**
 * V8's optimizing compiler takes milliseconds of processor time for each function, which short-lived
 * servers and statements never seen before do not win back: it is kept to what runs much longer.
 */
import { setFlagsFromString } from "node:v8";

/** Bytes of bytecode between two looks at how hot a function is: six times what V8 has by default. */
const INTERRUPT_BUDGET = 400_000;

/** BEFORE anything else runs: functions keep the budget that they began with. */
export function delayOptimization(): void {
  setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET}`);
}
