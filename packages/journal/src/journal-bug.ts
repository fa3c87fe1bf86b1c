/**
 * Faults that the simulator switches on to prove that its checkers notice them; never in
 * production.
 * - `ignoreSeal`: a replica accepts entries of an epoch older than the one it promised.
 * - `forgetPromises`: a replica that lost its disk serves at once, as if it had promised nothing.
 * - `serveDamage`: a replica does not look at what it stored before it serves.
 * - `takeoverWithoutSeal`: a successor has one replica promise, and only looks how far the others are.
 * - `replacedReplicaVotes`: a replica accepts what counts on the process that has taken its place.
 * - `knownJoinerIsNotFilled`: a replica that others have told of a joining one answers it without its logs.
 */
export type JournalBug =
  | "ignoreSeal"
  | "forgetPromises"
  | "serveDamage"
  | "takeoverWithoutSeal"
  | "replacedReplicaVotes"
  | "knownJoinerIsNotFilled";
