/** Functions, procedures and routines that DROP names (does_not_exist_skipping for the notices). */
import { SqlError } from "@firstlight/common";
import { CLASS, addressOf } from "../../catalog/dependencies/object-address.ts";
import { asTag, list, names } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { FindDropTarget } from "../drop-request.ts";
import { findUserRoutine, type RoutineKind } from "./find-function.ts";
import { spelledType } from "./spelled-type.ts";

const SKIPPED: ReadonlySet<string> = new Set(["3F000", "42883", "42704"]);

function skippedText(fields: ParseNode, kind: RoutineKind, error: SqlError): string {
  if (error.sqlstate !== "42883") return `${error.message}, skipping`;
  const types = list(fields, "objargs").map((each) => spelledType(asTag(each, "TypeName") ?? {}));
  const name = names(fields, "objname").join(".");
  return `${kind} ${name}(${types.join(",")}) does not exist, skipping`;
}

function isAggregate(name: string): SqlError {
  return new SqlError("42809", `"${name}" is an aggregate function`, {
    hint: "Use DROP AGGREGATE to drop aggregate functions.",
  });
}

export function routineToDrop(kind: RoutineKind): FindDropTarget {
  return (context, { object, ifExists }) => {
    const fields = asTag(object, "ObjectWithArgs") ?? {};
    try {
      const { oid, routine, name } = findUserRoutine(context, fields, kind, "drop");
      if (kind === "function" && routine === "a") throw isAggregate(name);
      return addressOf(CLASS.function, oid);
    } catch (error) {
      if (!ifExists || !(error instanceof SqlError) || !SKIPPED.has(error.sqlstate)) throw error;
      context.session.notice("NOTICE", "00000", skippedText(fields, kind, error));
      return undefined;
    }
  };
}
