/**
 * Which intents exclude each other (design.md, "intent"). The relation is symmetric. Who has read a
 * row under SERIALIZABLE (R) has read what a delta (D) changes.
 */
import type { Intent } from "@firstlight/common";

const CONFLICTS: { readonly [A in Intent]: string } = {
  X: "XUKRD",
  U: "XURD",
  K: "X",
  R: "XUD",
  D: "XUR",
};

export function intentsConflict(a: Intent, b: Intent): boolean {
  return CONFLICTS[a].includes(b);
}
