/**
 * Faults that the simulator switches on to prove that its checkers notice them; never in
 * production.
 */
export type AdjudicatorBug =
  /** Commits whatever arrives. */
  | "skipConflictCheck"
  /** A registrar that begins anew grants locks while those of the one before may be held. */
  | "registrarGrantsAtOnce"
  /** A successor judges transactions older than its own knowledge. */
  | "forgetFloorAfterFailover"
  /** Answers when the entry is sent instead of when it is durable. */
  | "ackBeforeDurable"
  /** Promises a watermark above a commit that is not durable yet. */
  | "watermarkIgnoresPending"
  /** A participant does not protect what it has prepared. */
  | "participantForgetsHeldKeys"
  /** A successor continues at the last entry instead of the end of the lease. */
  | "timestampGoesBack"
  /** A successor judges whatever is later than the last entry, not what its predecessor promised. */
  | "takeoverKeepsOldFloor"
  /** What a transaction only locked (K of a foreign key, FOR UPDATE) is forgotten once it commits. */
  | "locksLeaveNoTrace"
  /** What a SERIALIZABLE transaction has read may have changed. */
  | "readsAreNotChecked"
  /** Deltas pass whatever was written since. */
  | "deltasAreNotChecked"
  /** A participant gives out timestamps below that of a commit whose reads it protected. */
  | "decisionsLeaveClockBehind"
  /** A large commit does not protect its keys while it is judged a slice at a time. */
  | "largeCommitsHoldNothing"
  /** The new owner of a range judges what is older than its arrival. */
  | "moveKeepsOldFloor"
  /** Who has given a range away goes on judging it. */
  | "bothOwnRange"
  /** A successor begins with the ranges that the cluster was made with. */
  | "takeoverForgetsRanges"
  /** A request whose outcome was forgotten, as it came long ago, is judged as if it were new. */
  | "forgottenIsJudged"
  /** What may have been forgotten is not looked for in the log. */
  | "forgottenIsAborted";
