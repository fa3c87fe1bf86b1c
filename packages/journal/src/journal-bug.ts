/**
 * Faults that the simulator switches on to prove that its checkers notice them; never in
 * production. `ignoreSeal`: a replica accepts entries of an epoch older than the one it promised.
 */
export type JournalBug = "ignoreSeal";
