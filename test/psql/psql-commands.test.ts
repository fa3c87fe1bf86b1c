/** Every backslash command prints in Firstlight what it prints in PostgreSQL 16. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { oracleAvailable } from "../oracle/oracle.ts";
import { buildMissing } from "../support/processes.ts";
import type { BothServers } from "./both-servers.ts";
import { startBothServers } from "./both-servers.ts";
import type { Outcome } from "./compare-psql.ts";
import { CASES, compareCase, psqlMissing } from "./compare-psql.ts";
import { DIFFERENCES } from "./differences.ts";

const unavailable = buildMissing() ?? oracleAvailable() ?? psqlMissing();
if (unavailable !== undefined) console.warn(`psql is not compared: ${unavailable}`);

const COMMANDS = [...new Set(CASES.map((each) => each.command))];
const SHARE_MIN = 0.88;

describe.skipIf(unavailable !== undefined)("psql", () => {
  let both: BothServers;
  beforeAll(async () => {
    both = await startBothServers();
  });
  afterAll(async () => {
    await both?.stop();
  });

  async function different(command: string): Promise<readonly Outcome[]> {
    const found: Outcome[] = [];
    for (const each of CASES) {
      if (each.command !== command) continue;
      const outcome = await compareCase(each, both.postgres, both.firstlight);
      if (outcome.postgres !== outcome.firstlight) found.push(outcome);
    }
    return found;
  }

  it.each(COMMANDS.filter((each) => !(each in DIFFERENCES)))(
    "prints the same for %s in all its forms",
    async (command) => {
      expect(await different(command)).toEqual([]);
    },
  );

  it.each(Object.entries(DIFFERENCES))(
    "prints something else for some form of %s: %s",
    async (command) => {
      expect(await different(command)).not.toEqual([]);
    },
  );

  it("differs in few commands", () => {
    const same = COMMANDS.length - Object.keys(DIFFERENCES).length;
    expect(same / COMMANDS.length).toBeGreaterThanOrEqual(SHARE_MIN);
  });
});
