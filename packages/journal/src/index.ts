export { DiskJournal } from "./disk-journal.ts";
export type { DiskJournalOptions } from "./disk-journal.ts";
export type { JournalBug } from "./journal-bug.ts";
export { JournalReplicaService } from "./journal-replica-service.ts";
export type { JournalReplicaOptions } from "./journal-replica-service.ts";
export { MemoryDiskStore } from "./memory-disk-store.ts";
export { MemoryJournal } from "./memory-journal.ts";
