/** INTO of SELECT, which only the outermost query of a statement may have. */
import { child, locationOf } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { bindError } from "./errors.ts";

function refused(fields: ParseNode, message: string): void {
  const into = child(fields, "intoClause");
  if (into === undefined) return;
  throw bindError("42601", message, locationOf(child(into, "rel") ?? {}));
}

export function refuseInto(fields: ParseNode): void {
  refused(fields, "SELECT ... INTO is not allowed here");
}

/** In an arm of a set operation other than the first. */
export function refuseIntoOfArm(fields: ParseNode): void {
  refused(fields, "INTO is only allowed on first SELECT of UNION/INTERSECT/EXCEPT");
}
