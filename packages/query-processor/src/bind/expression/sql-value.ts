/** CURRENT_DATE, CURRENT_USER and their kin. */
import { type Expr, oids, type SqlValueFunction } from "@firstlight/sql";
import { int, locationOf, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { bindError } from "../errors.ts";
import type { Scope } from "../scope.ts";

const PRECISION_MAX = 6;

const FUNCTIONS: Readonly<Record<string, readonly [SqlValueFunction["name"], number]>> = {
  CURRENT_DATE: ["current_date", oids.DATE],
  CURRENT_TIME: ["current_time", oids.TIMETZ],
  CURRENT_TIMESTAMP: ["current_timestamp", oids.TIMESTAMPTZ],
  LOCALTIME: ["localtime", oids.TIME],
  LOCALTIMESTAMP: ["localtimestamp", oids.TIMESTAMP],
  CURRENT_ROLE: ["current_role", oids.NAME],
  CURRENT_USER: ["current_user", oids.NAME],
  USER: ["user", oids.NAME],
  SESSION_USER: ["session_user", oids.NAME],
  CURRENT_CATALOG: ["current_catalog", oids.NAME],
  CURRENT_SCHEMA: ["current_schema", oids.NAME],
};

/** "SVFOP_CURRENT_TIMESTAMP_N" to its row above. */
function entryOf(op: string): readonly [SqlValueFunction["name"], number] {
  const entry = FUNCTIONS[op.replace(/^SVFOP_/, "").replace(/_N$/, "")];
  if (entry === undefined) throw new Error(`unknown value function ${op}`);
  return entry;
}

export function sqlValueName(fields: ParseNode): SqlValueFunction["name"] {
  return entryOf(string(fields, "op"))[0];
}

export function sqlValueFunction(_scope: Scope, fields: ParseNode): Expr {
  const op = string(fields, "op");
  const [name, type] = entryOf(op);
  const position = locationOf(fields);
  const precision = op.endsWith("_N") ? int(fields, "typmod") : -1;
  if (op.endsWith("_N") && precision < 0) {
    throw bindError(
      "22023",
      `${name.toUpperCase()}(${precision}) precision must not be negative`,
      position,
    );
  }
  const typmod = Math.min(precision, PRECISION_MAX);
  return { kind: "sqlValue", type, typmod, position, name };
}
