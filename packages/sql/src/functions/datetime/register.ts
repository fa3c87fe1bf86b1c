/**
 * All families of date and time functions.
 */
import { registerAge } from "./age.ts";
import { registerClock } from "./clock.ts";
import { registerDatetimeArithmetic } from "./arithmetic.ts";
import { registerDatetimeCasts } from "./casts.ts";
import { registerDatetimeComparison } from "./compare.ts";
import { registerIntervalArithmetic } from "./interval-arithmetic.ts";
import { registerMakers } from "./make.ts";
import { registerOverlaps } from "./overlaps.ts";
import { registerParts } from "./parts.ts";
import { registerTruncation } from "./truncate.ts";
import { registerZoneLists } from "./zone-lists.ts";
import { registerZones } from "./zone.ts";

export function registerDatetime(): void {
  registerDatetimeComparison();
  registerDatetimeArithmetic();
  registerDatetimeCasts();
  registerIntervalArithmetic();
  registerAge();
  registerClock();
  registerMakers();
  registerOverlaps();
  registerParts();
  registerTruncation();
  registerZones();
  registerZoneLists();
}
