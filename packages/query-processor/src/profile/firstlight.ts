/** The default profile: all that there is. */
import { ProfileLimits } from "./limits.ts";
import type { Profile } from "./profile.ts";

export const FIRSTLIGHT: Profile = {
  name: "firstlight",
  isDsql: false,
  limits: new ProfileLimits(),
  identity: { versionText: "PostgreSQL 16.14 (Firstlight 0.1.0)" },
  settings: new Map(),
  conflicts: { explained: true, outdatedSessions: false },
};
