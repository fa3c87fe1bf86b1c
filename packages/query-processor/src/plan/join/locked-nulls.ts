/** A row that an outer join makes up cannot be locked: FOR UPDATE of its nullable side is refused. */
import { SqlError } from "@firstlight/common";
import type { RowMark } from "../../bind/query-tree.ts";
import type { Group } from "./from-items.ts";
import { rtesOfGroup } from "./from-items.ts";

const CLAUSES = {
  update: "FOR UPDATE",
  noKeyUpdate: "FOR NO KEY UPDATE",
  share: "FOR SHARE",
  keyShare: "FOR KEY SHARE",
} as const;

export function refuseLockedNulls(group: Group, marks: readonly RowMark[]): void {
  if (marks.length === 0) return;
  for (const item of group.items) {
    if (item.kind === "group") refuseLockedNulls(item.group, marks);
    if (item.kind !== "outer") continue;
    const nullable = item.type === "full" ? item.rtes : rtesOfGroup(item.right);
    const mark = marks.find(({ rte }) => nullable.has(rte));
    if (mark !== undefined) {
      const clause = CLAUSES[mark.strength];
      throw new SqlError(
        "0A000",
        `${clause} cannot be applied to the nullable side of an outer join`,
      );
    }
    refuseLockedNulls(item.left, marks);
    refuseLockedNulls(item.right, marks);
  }
}
