/**
 * Statement DPU Estimate. The service does not publish how it counts; this model gives what is known
 * of its answers (decision 0032): reads and writes cost by the byte, nothing that is read or written
 * counts less than 128 bytes, and computing costs by the time that it takes.
 */
export const ENTRY_BYTES_MIN = 128;

/** A transaction that reads or writes at all is billed for as many bytes. */
const READ_BYTES_MIN = 2_048;
const WRITE_BYTES_MIN = 1_024;
const READ_MINIMUM_DPU = 0.00375;
const WRITE_MINIMUM_DPU = 0.05;
const COMPUTE_DPU_PER_SECOND = 1;

export interface StatementUse {
  /** Planning and execution. */
  readonly micros: number;
  readonly readBytes: number;
  readonly writtenBytes: number;
}

export interface DpuEstimate {
  readonly compute: number;
  readonly read: number;
  readonly write: number;
}

export function dpuEstimate({ micros, readBytes, writtenBytes }: StatementUse): DpuEstimate {
  return {
    compute: (micros / 1_000_000) * COMPUTE_DPU_PER_SECOND,
    read: readBytes * (READ_MINIMUM_DPU / READ_BYTES_MIN),
    write: writtenBytes * (WRITE_MINIMUM_DPU / WRITE_BYTES_MIN),
  };
}

function line(name: string, dpu: number, minimum: number): string {
  const least = dpu > 0 && dpu < minimum ? ` (Transaction minimum: ${minimum.toFixed(5)})` : "";
  return `  ${name}: ${dpu.toFixed(5)} DPU${least}`;
}

export function dpuLines(use: StatementUse): string[] {
  const { compute, read, write } = dpuEstimate(use);
  return [
    "Statement DPU Estimate:",
    line("Compute", compute, 0),
    line("Read", read, READ_MINIMUM_DPU),
    line("Write", write, WRITE_MINIMUM_DPU),
    line("Total", compute + read + write, 0),
  ];
}
