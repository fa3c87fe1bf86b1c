/** Settings beside those that PostgreSQL lists: Firstlight's own, and those it keeps to itself. */
import type { SettingDefinition } from "./setting.ts";

const INT_MAX = 2147483647;
const CATEGORY = "Firstlight";

const FIRSTLIGHT: readonly SettingDefinition[] = [
  {
    name: "firstlight.as_of",
    kind: "string",
    default: "",
    context: "user",
    category: CATEGORY,
    description:
      "Sets the time at which transactions read: a timestamp, or an interval back from their beginning.",
  },
  {
    name: "firstlight.autocommit_retry_limit",
    kind: "integer",
    default: "10",
    context: "user",
    min: 0,
    max: 1000,
    category: CATEGORY,
    description:
      "Sets how often a statement outside a transaction block that lost a conflict is run again.",
  },
  {
    name: "firstlight.copy_commit_size",
    kind: "integer",
    default: "0",
    context: "user",
    min: 0,
    max: INT_MAX,
    unit: "kB",
    category: CATEGORY,
    description:
      "Lets COPY FROM outside a transaction block commit whenever it has written so much; zero makes it one transaction.",
  },
  {
    name: "firstlight.max_commit_delay",
    kind: "integer",
    default: "30000",
    context: "superuser",
    min: 0,
    max: INT_MAX,
    unit: "ms",
    category: CATEGORY,
    description:
      "Sets how long commits may take before new transactions may not write; zero turns this off.",
  },
  {
    name: "firstlight.max_message_size",
    kind: "integer",
    default: "262144",
    context: "postmaster",
    min: 64,
    max: 1048575,
    unit: "kB",
    category: CATEGORY,
    description: "Sets how long a message of a client may be.",
  },
  {
    name: "firstlight.max_portals",
    kind: "integer",
    default: "10000",
    context: "superuser",
    min: 1,
    max: 1000000,
    category: CATEGORY,
    description: "Sets how many portals and cursors a session may have open.",
  },
  {
    name: "firstlight.max_prepared_statements",
    kind: "integer",
    default: "10000",
    context: "superuser",
    min: 1,
    max: 1000000,
    category: CATEGORY,
    description: "Sets how many prepared statements a session may have.",
  },
  {
    name: "firstlight.max_storage_lag",
    kind: "integer",
    default: "30000",
    context: "superuser",
    min: 0,
    max: INT_MAX,
    unit: "ms",
    category: CATEGORY,
    description:
      "Sets how far storage may be behind before new transactions may not write; zero turns this off.",
  },
  {
    name: "firstlight.server_version",
    kind: "string",
    default: "",
    context: "backend",
    check: "serverVersion",
    category: CATEGORY,
    description:
      "Sets the server version that the session is told, for clients that refuse newer ones.",
  },
  {
    name: "firstlight.commutative_writes",
    kind: "bool",
    default: "on",
    context: "user",
    category: CATEGORY,
    description: "Lets updates that only add to a column commit beside each other.",
  },
  {
    name: "firstlight.query_memory",
    kind: "integer",
    default: "131072",
    context: "user",
    min: 64,
    max: INT_MAX,
    unit: "kB",
    category: CATEGORY,
    description:
      "Sets the memory that one query may use; sorts, hashes and materialisations go to temporary files past it.",
  },
];

const UNGROUPED = "Ungrouped";
const CLIENT = "Client Connection Defaults / Statement Behavior";

/** Neither SHOW ALL nor pg_settings shows these; SHOW and SET know them. */
const HIDDEN: readonly SettingDefinition[] = [
  {
    name: "default_with_oids",
    kind: "bool",
    default: "off",
    context: "user",
    only: ["off"],
    hidden: true,
    category: "Version and Platform Compatibility / Previous PostgreSQL Versions",
    description: "WITH OIDS is no longer supported; this can only be false.",
  },
  {
    name: "is_superuser",
    kind: "bool",
    default: "off",
    context: "internal",
    hidden: true,
    category: UNGROUPED,
    description: "Shows whether the current user is a superuser.",
  },
  {
    name: "role",
    kind: "string",
    default: "none",
    context: "user",
    hidden: true,
    category: UNGROUPED,
    description: "Sets the current role.",
  },
  {
    name: "seed",
    kind: "real",
    default: "0",
    context: "user",
    min: -1,
    max: 1,
    hidden: true,
    flags: ["NO_RESET", "NO_RESET_ALL", "NO_SHOW_ALL", "NOT_IN_SAMPLE"],
    category: UNGROUPED,
    description: "Sets the seed for random-number generation.",
  },
  {
    name: "session_authorization",
    kind: "string",
    default: "",
    context: "user",
    hidden: true,
    category: UNGROUPED,
    description: "Sets the session user name.",
  },
  {
    name: "ssl_renegotiation_limit",
    kind: "integer",
    default: "0",
    context: "user",
    min: 0,
    max: 0,
    hidden: true,
    category: CLIENT,
    description: "SSL renegotiation is no longer supported; this can only be 0.",
  },
];

export const OWN_SETTINGS: readonly SettingDefinition[] = [...FIRSTLIGHT, ...HIDDEN];
