/** Which intents exclude each other (design.md, "intent"). The relation is symmetric. */
import type { Intent } from "@firstlight/common";

const CONFLICTS: { readonly [A in Intent]: string } = {
  X: "XUKRD",
  U: "XURD",
  K: "X",
  R: "XU",
  D: "XU",
};

export function intentsConflict(a: Intent, b: Intent): boolean {
  return CONFLICTS[a].includes(b);
}
