/** Who is at work on a job, until when. A lease saves work: two at once do each other no harm. */
import type { Job } from "./job.ts";
import type { OnlineParts } from "./online-parts.ts";
import { nowMicros } from "./online-parts.ts";

/** How long a lease lasts, and how often it is renewed with the progress made. */
export const LEASE_MICROS = 10_000_000;
export const RENEW_MICROS = 2_000_000;

/** Whether somebody else is at work on it. */
export function isHeld(parts: OnlineParts, owner: string, { lease }: Job): boolean {
  if (lease === undefined || lease.owner === owner || parts.isAlone) return false;
  return lease.until > nowMicros(parts);
}
