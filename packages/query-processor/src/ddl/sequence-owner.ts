/** OWNED BY of sequences (process_owned_by). */
import { SqlError } from "@firstlight/common";
import { relationKind } from "../catalog/dependencies/object-description.ts";
import type { DdlContext } from "./ddl-context.ts";
import { nameOfParts, relationNamed } from "./ddl-context.ts";
import { columnNamed } from "./index-definition.ts";

export interface SequenceOwner {
  readonly table: number;
  readonly column: number;
}

/** Undefined: OWNED BY NONE. */
export function ownerOfSequence(
  context: DdlContext,
  path: readonly string[],
  sequence: { readonly schema: number; readonly owner: number },
): SequenceOwner | undefined {
  if (path.length < 2) {
    if (path[0] === "none") return undefined;
    throw new SqlError("42601", "invalid OWNED BY option", {
      hint: "Specify OWNED BY table.column or OWNED BY NONE.",
    });
  }
  const table = relationNamed(context, nameOfParts(path.slice(0, -1)));
  if (table.kind !== "table" && table.kind !== "virtual") {
    throw new SqlError("42809", `sequence cannot be owned by relation "${table.name}"`, {
      detail: `This operation is not supported for ${relationKind(table)}s.`,
    });
  }
  if (table.kind === "table" && table.owner !== sequence.owner) {
    throw new SqlError("55000", "sequence must have same owner as table it is linked to");
  }
  if (table.schema !== sequence.schema) {
    throw new SqlError("55000", "sequence must be in same schema as table it is linked to");
  }
  const name = path.at(-1) ?? "";
  const column = table.kind === "table" ? columnNamed(table.columns, name) : undefined;
  if (column === undefined) {
    throw new SqlError("42703", `column "${name}" of relation "${table.name}" does not exist`);
  }
  return { table: table.oid, column: column.number };
}
