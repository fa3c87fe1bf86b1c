/**
 * Named bugs that only the simulator switches on, to show that its checkers would find them.
 * - `readBelowWatermark`: reads are served without waiting for the watermark.
 * - `applyOutOfOrder`: entries of several logs are applied as they come.
 * - `positionsBeforeData`: log positions are stored before the versions they stand for.
 * - `collectTooEarly`: versions are collected up to the watermark instead of the horizon.
 * - `positionsAfterCopy`: a replica that is filled goes on in the logs from where the other one is
 *   when the copy is done, not from where it was at the copy's timestamp.
 * - `deltasAddedTwice`: a log that is replayed adds what the disk has already.
 * - `servesBeforeCopied`: a span counts as held when its copy begins.
 * - `copyMissesWrites`: what is written to a span while a page of it is under way is lost.
 * - `serveDamagedRecord`: checksums of records are not looked at.
 * - `dropsSpanTooEarly`: rows of a span are removed while it still counts as held.
 * - `balancesByOldMap`: a change that nobody asked for is made on another map than the one by which
 *   it was decided.
 * - `straightPassesOlder`: a large entry goes to the disk while older versions wait in memory.
 */
export type StorageBug =
  | "readBelowWatermark"
  | "applyOutOfOrder"
  | "positionsBeforeData"
  | "collectTooEarly"
  | "positionsAfterCopy"
  | "deltasAddedTwice"
  | "servesBeforeCopied"
  | "copyMissesWrites"
  | "dropsSpanTooEarly"
  | "balancesByOldMap"
  | "serveDamagedRecord"
  | "straightPassesOlder";

export type StorageBugs = ReadonlySet<StorageBug>;

export const NO_STORAGE_BUGS: StorageBugs = new Set();
