/**
 * Tells a journal replica that starts for the first time from one that lost what it had stored: only
 * in a cluster that has no journal at all yet may a replica begin empty. The others are filled from
 * their peers (docs/decisions/0030).
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClusterLayout } from "./layout.ts";
import { membersOf } from "./layout.ts";

const MARK = "new";
const DATA = "data.mdb";

/** Marks every replica of a new cluster. Throws if the journal alone is missing. */
export function markNewJournals(directory: string, layout: ClusterLayout): void {
  const has = (role: "journal" | "storage"): boolean =>
    membersOf(layout, role).some(({ name }) => existsSync(join(directory, name, role, DATA)));
  if (has("journal")) return;
  if (has("storage")) {
    throw new Error(`${directory} has data and no journal: all journal replicas are lost`);
  }
  for (const { name } of membersOf(layout, "journal")) {
    mkdirSync(join(directory, name), { recursive: true });
    writeFileSync(join(directory, name, MARK), "");
  }
}

export function isNewJournal(memberDirectory: string): boolean {
  return existsSync(join(memberDirectory, MARK));
}

/** AFTER the replica has written down that it is a member. */
export function forgetNewJournal(memberDirectory: string): void {
  rmSync(join(memberDirectory, MARK), { force: true });
}
