/** Aurora DSQL as it was seen at a date. */
import { ProfileLimits } from "../limits.ts";
import type { Profile } from "../profile.ts";
import { DsqlParameterRules } from "./parameter-rules.ts";
import { RuleBook } from "./rule-book.ts";
import { RULE_SETS } from "./rule-sets.ts";
import { DsqlSchemaRules } from "./schema-rules.ts";
import { DsqlStatementRules } from "./statement-rules.ts";
import { DsqlTransactionRules } from "./transaction-rules.ts";

/** The newest first. */
export const DSQL_VERSIONS: readonly string[] = RULE_SETS.map(({ version }) => version);

/** What sessions begin with; clients cannot change those that are not in the allow-list. */
const SETTINGS: ReadonlyMap<string, string> = new Map([
  ["server_version", "16.15"],
  ["server_version_num", "160015"],
  // Conflicts are told at COMMIT, and every one of them is.
  ["firstlight.autocommit_retry_limit", "0"],
  ["firstlight.commutative_writes", "off"],
  ["dsql.enable_batched_nestloop", "on"],
  ["disable_sync_create_index", "on"],
  ["default_toast_compression", "lz4"],
]);

const KIB = 1024;

/** Of the newest set unless a version is named. */
export function dsqlProfile(version: string, overrides: ReadonlyMap<string, number>): Profile {
  const set = RULE_SETS.find((each) => each.version === version) ?? RULE_SETS[0];
  if (set === undefined) throw new RangeError("no rules");
  const book = new RuleBook(set.rules);
  const limits = new ProfileLimits(set.limits, overrides);
  const memory = String(Math.ceil(limits.value("memory") / KIB));
  return {
    name: `dsql-${set.version}`,
    isDsql: true,
    limits,
    identity: { versionText: "PostgreSQL 16" },
    settings: new Map([...SETTINGS, ["firstlight.query_memory", memory]]),
    conflicts: { explained: false, outdatedSessions: true },
    statements: new DsqlStatementRules(set.rules),
    transactions: new DsqlTransactionRules(book),
    parameters: new DsqlParameterRules(book),
    schema: new DsqlSchemaRules(book),
  };
}
