/** Settings that clients may change, and what else of the session is refused. */
import { child, string } from "../../../parse/node.ts";
import type { ParseNode } from "../../../parse/parsed-statement.ts";
import { GOLD, PATTERN, when } from "../rule.ts";
import type { Rule } from "../rule.ts";

/** In lower case. */
export const CHANGEABLE: ReadonlySet<string> = new Set([
  "application_name",
  "client_encoding",
  "datestyle",
  "extra_float_digits",
  "intervalstyle",
  "timezone",
  "search_path",
  "role",
  "enable_bitmapscan",
  "enable_hashjoin",
  "enable_indexonlyscan",
  "enable_indexscan",
  "enable_material",
  "enable_mergejoin",
  "enable_nestloop",
  "enable_seqscan",
  "dsql.enable_batched_nestloop",
  "disable_sync_create_index",
]);

function refusedSetting(node: ParseNode): string | undefined {
  const name = string(node, "name");
  switch (string(node, "kind")) {
    case "VAR_SET_MULTI":
      return name === "SESSION CHARACTERISTICS" ? undefined : name;
    case "VAR_SET_VALUE":
    case "VAR_SET_CURRENT":
      return CHANGEABLE.has(name.toLowerCase()) ? undefined : name;
    case "VAR_SET_DEFAULT":
      if (name === "session_authorization") return undefined;
      return CHANGEABLE.has(name.toLowerCase()) ? undefined : name;
    default:
      return undefined;
  }
}

export const SESSION_RULES: readonly Rule[] = [
  {
    id: "set",
    refuses: `SET of other settings than ${[...CHANGEABLE].join(", ")}; SET TRANSACTION`,
    statements: ["VariableSetStmt"],
    text: 'setting configuration parameter "{}" not supported',
    find: refusedSetting,
    refused: [
      "SET statement_timeout = 1000",
      "SET LOCAL lock_timeout = 1",
      "SET standard_conforming_strings = on",
      "SET my.setting = 'a'",
      "SET default_transaction_isolation = 'repeatable read'",
      "SET TRANSACTION READ ONLY",
      ["BEGIN", "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"],
      "SET SESSION AUTHORIZATION postgres",
    ],
    accepted: [
      "SET application_name = 'a'",
      "SET TimeZone TO 'Europe/Berlin'",
      "SET TIME ZONE DEFAULT",
      "SET NAMES 'UTF8'",
      "SET SCHEMA 'public'",
      "SET enable_seqscan = off",
      "SET SESSION AUTHORIZATION DEFAULT",
      "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
      "RESET search_path",
      "RESET ALL",
      "SET dsql.enable_batched_nestloop = on",
      "SET disable_sync_create_index = on",
      ["BEGIN", "SET LOCAL search_path = examples"],
    ],
    ...GOLD,
  },
  {
    id: "show",
    refuses: "SHOW lc_collate",
    statements: ["VariableShowStmt"],
    sqlstate: "42704",
    text: 'unrecognized configuration parameter "lc_collate"',
    find: when((node) => string(node, "name").toLowerCase() === "lc_collate"),
    refused: ["SHOW lc_collate"],
    accepted: ["SHOW ALL", "SHOW TRANSACTION ISOLATION LEVEL", "SHOW TIME ZONE"],
    source: "GOLD",
    observed: "2026-09-18",
  },
  {
    id: "deallocate",
    refuses: "DEALLOCATE of one statement",
    statements: ["DeallocateStmt"],
    text: "unsupported statement: Deallocate",
    find: when((node) => string(node, "name") !== "" && child(node, "isall") === undefined),
    refused: ["DEALLOCATE p"],
    accepted: ["DEALLOCATE ALL", "DEALLOCATE PREPARE ALL"],
    ...PATTERN,
  },
];
