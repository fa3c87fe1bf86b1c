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

export function routineToDrop(kind: RoutineKind): FindDropTarget {
  return (context, { object, ifExists }) => {
    const fields = asTag(object, "ObjectWithArgs") ?? {};
    try {
      const { oid } = findUserRoutine(context, fields, kind, "drop");
      return addressOf(CLASS.function, oid);
    } catch (error) {
      if (!ifExists || !(error instanceof SqlError) || !SKIPPED.has(error.sqlstate)) throw error;
      context.session.notice("NOTICE", "00000", skippedText(fields, kind, error));
      return undefined;
    }
  };
}
