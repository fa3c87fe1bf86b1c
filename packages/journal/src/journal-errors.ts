/** Refusals that every backend words alike. */
import type { LogId } from "@firstlight/common";
import { ServiceError } from "@firstlight/common";

/** What is on the disk is not what was written there. */
export class DamagedLog extends ServiceError {
  constructor(message: string) {
    super("unavailable", message);
  }
}

export function fenced(log: LogId, epoch: number, granted: number): ServiceError {
  return new ServiceError("fenced", `epoch ${epoch} of log ${log}: epoch ${granted} is granted`);
}

export function queueFull(log: LogId): ServiceError {
  return new ServiceError("overloaded", `the append queue of log ${log} is full`);
}
