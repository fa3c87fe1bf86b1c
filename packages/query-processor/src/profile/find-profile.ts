/** Profiles by the names that the command line knows. */
import { DSQL_VERSIONS, dsqlProfile } from "./dsql/dsql-profile.ts";
import { FIRSTLIGHT } from "./firstlight.ts";
import type { Profile } from "./profile.ts";

export interface ProfileChoice {
  readonly name: string;
  /** Limits that are other than the profile's, by name. */
  readonly limits?: ReadonlyMap<string, number>;
}

/** The dated ones, the newest first; "dsql" stands for it. */
export const PROFILE_NAMES: readonly string[] = [
  FIRSTLIGHT.name,
  "dsql",
  ...DSQL_VERSIONS.map((version) => `dsql-${version}`),
];

/** Throws RangeError with one clear line for a profile or a limit that there is not. */
export function findProfile({ name, limits = new Map() }: ProfileChoice): Profile {
  if (!PROFILE_NAMES.includes(name)) {
    throw new RangeError(`there is no profile "${name}"; there are ${PROFILE_NAMES.join(", ")}`);
  }
  const isDsql = name !== FIRSTLIGHT.name;
  const profile = isDsql ? dsqlProfile(name.slice("dsql-".length), limits) : FIRSTLIGHT;
  for (const [limit] of limits) {
    const known = profile.limits.all.map((each) => each.name as string);
    if (known.includes(limit)) continue;
    const there = known.length === 0 ? "none" : known.join(", ");
    throw new RangeError(`profile ${profile.name} has no limit "${limit}"; it has ${there}`);
  }
  return profile;
}
