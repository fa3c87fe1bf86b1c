/** Marks what becomes of jobs, so that a sample can tell whether it has seen enough. */
import type { Key } from "@firstlight/common";
import { JOB_SPAN, spanContains } from "@firstlight/common";
import type { Marks } from "../simulation/marks.ts";
import { decodeJob } from "../transactions.ts";

export class JobMarks {
  readonly #marks: Marks;
  readonly #owners = new Map<string, string>();

  constructor(marks: Marks) {
    this.#marks = marks;
  }

  /** What a transaction has committed. */
  note(writes: ReadonlyMap<Key, string | undefined>): void {
    for (const [key, value] of writes) {
      if (value === undefined || !spanContains(JOB_SPAN, key)) continue;
      const { id, status, lease, error } = decodeJob(Buffer.from(value, "latin1"));
      if (status === "completed") this.#marks.hit("job completed");
      if (status === "failed") this.#marks.hit(`job failed: ${error?.sqlstate ?? ""}`);
      if (lease === undefined) continue;
      const before = this.#owners.get(id);
      if (before !== undefined && before !== lease.owner) this.#marks.hit("job resumed");
      this.#owners.set(id, lease.owner);
    }
  }
}
