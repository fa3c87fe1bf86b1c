/** Where the queries of a session go when their memory is not enough. */
import { SpillSpace } from "../spill/spill-space.ts";
import type { SpillSettings } from "../spill/spill-space.ts";
import type { Session } from "./session.ts";

/** For its queries and cursors together. A profile that limits memory spills nothing. */
export function spillSpaceOf({ runtime, engine, settings, identity }: Session): SpillSpace {
  const { limits } = engine.profile;
  const isLimited = Number.isFinite(limits.value("memory"));
  return new SpillSpace(
    runtime.temporaryFiles,
    runtime.log,
    (): SpillSettings => settings.derived.spill,
    {
      refusal: isLimited ? () => limits.refusal("memory") : undefined,
      gathering: identity.gathering,
    },
  );
}
