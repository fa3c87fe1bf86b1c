/** Bounds and durations of an adjudicator. */
export interface AdjudicatorSettings {
  /** How far each entry extends the lease; a failover makes writers wait about this long. */
  readonly leaseMicros: number;
  /** How long outcomes can be asked for; the log must be kept as long. */
  readonly outcomeWindowMicros: number;
  /** How long a coordinator waits for participants. */
  readonly prepareMicros: number;
  /** How long a participant waits for the decision before it asks. */
  readonly decisionMicros: number;
  /** Commits that wait for durability, and their bytes. */
  readonly waitingCommitsMax: number;
  readonly waitingBytesMax: number;
  /** About how many bytes one append carries. */
  readonly appendBytesMax: number;
  readonly preparedMax: number;
  /** From so many keys on a transaction is treated in slices of so many; see slices.ts. */
  readonly largeKeys: number;
  readonly sliceKeys: number;
  /** How long others have their turn in between; 0: as long as they need. */
  readonly slicePauseMicros: number;
  readonly indexKeysMax: number;
  readonly outcomesMax: number;
  /** Entries whose outcomes a successor knows by heart, about; older ones it looks up in the log. */
  readonly readBackEntries: number;
  /** Lost conflicts that are remembered, and keys whose conflicts are counted. */
  readonly lostConflictsMax: number;
  readonly hotKeysMax: number;
  readonly heartbeatsMax: number;
  /** Snapshots and watermarks further ahead of this clock are refused. */
  readonly aheadMicrosMax: number;
  /**
   * Acknowledge only when the clock has surely passed τc, so that snapshots taken from any clock
   * see the commit (I6). Off where snapshots are taken from acknowledgements.
   */
  readonly waitForClock: boolean;
}

export const ADJUDICATOR_DEFAULTS: AdjudicatorSettings = {
  leaseMicros: 500_000,
  outcomeWindowMicros: 300_000_000,
  prepareMicros: 2_000_000,
  decisionMicros: 500_000,
  waitingCommitsMax: 10_000,
  waitingBytesMax: 64 * 1024 * 1024,
  appendBytesMax: 512 * 1024,
  preparedMax: 10_000,
  largeKeys: 4_096,
  sliceKeys: 2_048,
  slicePauseMicros: 0,
  indexKeysMax: 1_000_000,
  outcomesMax: 100_000,
  readBackEntries: 2_048,
  lostConflictsMax: 500,
  hotKeysMax: 128,
  heartbeatsMax: 10_000,
  aheadMicrosMax: 10_000_000,
  waitForClock: true,
};
