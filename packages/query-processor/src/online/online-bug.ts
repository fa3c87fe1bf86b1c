/**
 * Named bugs that only the simulator switches on, to show that its checkers would find them.
 * - `backfillTooEarly`: rows are read while writers that do not know the index may still commit.
 * - `backfillOverwrites`: entries are made of rows read at an older snapshot than they commit with.
 * - `skipVerification`: an index becomes public unverified.
 * - `outdatedWritersPass`: commits do not check the fences of their tables.
 * - `childrenComeUnseen`: a foreign key is added without a look at rows that come meanwhile.
 * - `parentsLeaveUnseen`: a foreign key is added without a look at parents that go meanwhile.
 * - `blocksBeforeCommit`: values of a sequence are handed out while the commit of their block is
 *   under way.
 * - `leasesNeverEnd`: what the registrar granted is used after the lease has ended.
 * - `askedForIsUnknown`: an attendance of the registrar says nothing of locks that are asked for.
 */
export type OnlineBug =
  | "backfillTooEarly"
  | "backfillOverwrites"
  | "skipVerification"
  | "outdatedWritersPass"
  | "childrenComeUnseen"
  | "parentsLeaveUnseen"
  | "blocksBeforeCommit"
  | "leasesNeverEnd"
  | "askedForIsUnknown";

export const NO_ONLINE_BUGS: ReadonlySet<OnlineBug> = new Set();
