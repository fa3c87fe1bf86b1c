/** ON COMMIT of temporary tables. */
import { SqlError } from "@firstlight/common";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { CreationPlace } from "./creation-place.ts";

const ACTIONS: Readonly<Record<string, "delete" | "drop">> = {
  ONCOMMIT_DELETE_ROWS: "delete",
  ONCOMMIT_DROP: "drop",
};

const NONE: ReadonlySet<string> = new Set(["", "ONCOMMIT_NOOP"]);

/** From the fields of a CreateStmt or an IntoClause. */
export function onCommitOf(
  fields: ParseNode,
  { persistence }: CreationPlace,
): Pick<TableDescriptor, "onCommit"> {
  const written = string(fields, "onCommit") || string(fields, "oncommit");
  if (!NONE.has(written) && persistence !== "temporary") {
    throw new SqlError("42P16", "ON COMMIT can only be used on temporary tables");
  }
  const action = ACTIONS[written];
  return action === undefined ? {} : { onCommit: action };
}
