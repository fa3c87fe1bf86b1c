/** How Aurora DSQL turns connections away. */
import { SqlError } from "@firstlight/common";

/** Before who the client is was settled (08006), and after (28000). */
type Refusal = "08006" | "28000";

function refused(sqlstate: Refusal, why: string, hint?: string): SqlError {
  const message = `unable to accept connection, ${why}`;
  return new SqlError(sqlstate, message, { severity: "FATAL", hint });
}

/** Without a reason that clients may know: the role was not granted to who they are. */
export function roleNotGranted(): SqlError {
  return refused("28000", "access denied");
}

export function accessDenied(reason: string): SqlError {
  return refused("08006", "access denied", reason);
}

export function notEncrypted(): SqlError {
  return refused("08006", "SSL is mandatory. AWS Authentication is required.");
}

export function withoutServerName(): SqlError {
  return refused("08006", "sni was not received");
}
