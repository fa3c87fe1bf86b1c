/** COPY as a statement of the session. */
import { featureNotSupported } from "@firstlight/common";
import type { Utility } from "../session/utility.ts";

export const copyUtility: Utility = {
  endsFailedBlock: () => false,
  columns: () => undefined,
  // oxlint-disable-next-line require-yield -- a task that never waits
  *run() {
    throw featureNotSupported("COPY");
  },
};
