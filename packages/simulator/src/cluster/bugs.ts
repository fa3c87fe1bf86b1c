/** The named bugs that a simulation can switch on, and which package each one lives in. */
import type { AdjudicatorBug } from "@firstlight/adjudicator";
import type { DirectoryBug } from "@firstlight/common";
import type { JournalBug } from "@firstlight/journal";
import type { AdmissionBug, NotificationBug, OnlineBug } from "../transactions.ts";
import type { StorageBug } from "@firstlight/storage";

export const ADJUDICATOR_BUGS: readonly AdjudicatorBug[] = [
  "skipConflictCheck",
  "registrarGrantsAtOnce",
  "forgetFloorAfterFailover",
  "ackBeforeDurable",
  "watermarkIgnoresPending",
  "participantForgetsHeldKeys",
  "timestampGoesBack",
  "locksLeaveNoTrace",
  "readsAreNotChecked",
  "decisionsLeaveClockBehind",
  "largeCommitsHoldNothing",
  "deltasAreNotChecked",
  "takeoverKeepsOldFloor",
  "moveKeepsOldFloor",
  "bothOwnRange",
  "takeoverForgetsRanges",
  "forgottenIsJudged",
  "forgottenIsAborted",
];

/** Harm by the one that is left out takes thousands of runs; a test of the replica's host finds it. */
type SimulatedJournalBug = Exclude<JournalBug, "knownJoinerIsNotFilled">;

export const JOURNAL_BUGS: readonly SimulatedJournalBug[] = [
  "ignoreSeal",
  "forgetPromises",
  "serveDamage",
  "takeoverWithoutSeal",
  "replacedReplicaVotes",
];

export const DIRECTORY_BUGS: readonly DirectoryBug[] = ["directoryGoesBack"];

export const STORAGE_BUGS: readonly StorageBug[] = [
  "readBelowWatermark",
  "applyOutOfOrder",
  "positionsBeforeData",
  "collectTooEarly",
  "positionsAfterCopy",
  "deltasAddedTwice",
  "servesBeforeCopied",
  "copyMissesWrites",
  "dropsSpanTooEarly",
  "balancesByOldMap",
  "serveDamagedRecord",
  "straightPassesOlder",
];

export const ONLINE_BUGS: readonly OnlineBug[] = [
  "backfillTooEarly",
  "backfillOverwrites",
  "skipVerification",
  "outdatedWritersPass",
  "childrenComeUnseen",
  "parentsLeaveUnseen",
  "blocksBeforeCommit",
  "leasesNeverEnd",
  "askedForIsUnknown",
];

export const NOTIFICATION_BUGS: readonly NotificationBug[] = ["notifyBeforeVisible"];

export const ADMISSION_BUGS: readonly AdmissionBug[] = ["admissionNeverRecovers"];

export type Bug =
  | AdjudicatorBug
  | SimulatedJournalBug
  | DirectoryBug
  | StorageBug
  | OnlineBug
  | NotificationBug
  | AdmissionBug;

export const BUGS: readonly Bug[] = [
  ...ADJUDICATOR_BUGS,
  ...JOURNAL_BUGS,
  ...DIRECTORY_BUGS,
  ...STORAGE_BUGS,
  ...ONLINE_BUGS,
  ...NOTIFICATION_BUGS,
  ...ADMISSION_BUGS,
];

export interface BugSets {
  readonly adjudicator: ReadonlySet<AdjudicatorBug>;
  readonly journal: ReadonlySet<JournalBug>;
  readonly directory: ReadonlySet<DirectoryBug>;
  readonly storage: ReadonlySet<StorageBug>;
  readonly online: ReadonlySet<OnlineBug>;
  readonly notifications: ReadonlySet<NotificationBug>;
  readonly admission: ReadonlySet<AdmissionBug>;
}

function intersection<T extends Bug>(all: readonly T[], chosen: readonly Bug[]): ReadonlySet<T> {
  return new Set(all.filter((bug) => chosen.includes(bug)));
}

export function bugSets(chosen: readonly Bug[]): BugSets {
  return {
    adjudicator: intersection(ADJUDICATOR_BUGS, chosen),
    journal: intersection(JOURNAL_BUGS, chosen),
    directory: intersection(DIRECTORY_BUGS, chosen),
    storage: intersection(STORAGE_BUGS, chosen),
    online: intersection(ONLINE_BUGS, chosen),
    notifications: intersection(NOTIFICATION_BUGS, chosen),
    admission: intersection(ADMISSION_BUGS, chosen),
  };
}
