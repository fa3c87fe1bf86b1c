/** Bounds and durations of the quorum journal. */
export interface QuorumSettings {
  /** Payload appended and not yet held by a majority (I11). */
  readonly pendingBytesMax: number;
  /** Payload kept for replicas that lag, beyond what is pending. */
  readonly retainedBytesMax: number;
  /** About how much one message to a replica carries. */
  readonly batchBytesMax: number;
  /** Messages to one replica that wait for their answer. */
  readonly pipelineMax: number;
  /** A replica that has not answered after this long is asked again. */
  readonly requestMicros: number;
  readonly backoffMicrosMin: number;
  readonly backoffMicrosMax: number;
  /** Without a majority for this long the outcome of appends is unknown and the writer stops. */
  readonly patienceMicros: number;
  /** How much longer both may take per byte that is on its way: one entry may be large. */
  readonly microsPerByte: number;
  /**
   * A replica that has promised a later epoch, whose candidate found no majority, takes nothing more
   * of this one and holds up trimming: after this long the writer stops, so that a new epoch begins.
   */
  readonly refusedMicros: number;
  /** A tail that hears nothing for this long compares its replica with the others. */
  readonly tailStallMicros: number;
}

export const QUORUM_DEFAULTS: QuorumSettings = {
  pendingBytesMax: 256 * 1024 * 1024,
  retainedBytesMax: 64 * 1024 * 1024,
  batchBytesMax: 1024 * 1024,
  pipelineMax: 8,
  requestMicros: 5_000_000,
  backoffMicrosMin: 10_000,
  backoffMicrosMax: 1_000_000,
  patienceMicros: 10_000_000,
  microsPerByte: 1,
  refusedMicros: 30_000_000,
  tailStallMicros: 1_000_000,
};
