/** A schema change in a transaction of its own, done again as long as it loses conflicts. */
import type { SessionTransaction } from "../engine/session-transaction.ts";
import type { Interrupts } from "../execute/executable.ts";
import type { OnlineParts } from "./online-parts.ts";
import { inTransaction } from "./online-parts.ts";
import { isConflict } from "./transient-errors.ts";

const ATTEMPTS_MAX = 50;
const PAUSE_MICROS_MAX = 20_000;

export async function changeSchema<T>(
  parts: OnlineParts,
  interrupts: Pick<Interrupts, "check">,
  work: (transaction: SessionTransaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    interrupts.check();
    try {
      return await inTransaction(parts, work);
    } catch (error) {
      if (!isConflict(error) || attempt >= ATTEMPTS_MAX) throw error;
    }
    const { clock, random } = parts.ports;
    await clock.sleep(Math.ceil(PAUSE_MICROS_MAX * random.next()));
  }
}
