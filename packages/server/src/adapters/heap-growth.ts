/**
 * How far V8 lets the heap grow before it collects all of it. By itself it waits, where objects are
 * made fast, until four times what was alive is there: what a query held stays until then, and the
 * query after it comes on top.
 */
import { setFlagsFromString } from "node:v8";

/** Twice what was alive: marking happens beside the program, and more often costs more. */
const GROWTH_PERCENT = 100;

/** From the next full collection on, for as long as the process lives. */
export function boundHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
