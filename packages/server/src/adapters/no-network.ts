/** The embedded composition talks to nobody: no gRPC is loaded. */
import type { Network } from "@firstlight/common";
import { InvariantError } from "@firstlight/common";

export const NO_NETWORK: Network = {
  connect: () => {
    throw new InvariantError("the embedded database has no network");
  },
  listen: () => {
    throw new InvariantError("the embedded database has no network");
  },
};
