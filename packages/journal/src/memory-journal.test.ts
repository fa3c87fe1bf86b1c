/** Conformance of the journal in memory. */
import { ManualClock } from "@firstlight/common";
import { journalConformance } from "./testing/conformance.ts";
import { MemoryJournal } from "./memory-journal.ts";

journalConformance("memory", async () => {
  const journal = new MemoryJournal();
  const clock = new ManualClock();
  return { journal, another: () => Promise.resolve(journal), pause: () => clock.advance(1000) };
});
