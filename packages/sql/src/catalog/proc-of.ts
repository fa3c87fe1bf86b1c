/** The pg_proc entry of a call: a built-in one, or the user's that the call carries. */
import { type ProcRow, requireProc } from "./proc-catalog.ts";

export interface ProcReference {
  readonly proc: number;
  readonly routine?: ProcRow;
}

export function procOf(call: ProcReference): ProcRow {
  return call.routine ?? requireProc(call.proc);
}
