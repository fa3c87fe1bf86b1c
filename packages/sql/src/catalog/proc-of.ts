/** The pg_proc entry of a call: a built-in one, or the user's that the call carries. */
import type { Routine } from "../expression/tree.ts";
import { type ProcRow, requireProc } from "./proc-catalog.ts";

export interface ProcReference {
  readonly proc: number;
  readonly routine?: Routine;
}

export function procOf(call: ProcReference): ProcRow {
  return call.routine ?? requireProc(call.proc);
}
