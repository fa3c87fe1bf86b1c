/** SET CONSTRAINTS. */
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { SqlError } from "@firstlight/common";
import { asTag, flag, list, optionalString, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext } from "./ddl-context.ts";
import { imageOf } from "./ddl-context.ts";

interface SetConstraint {
  readonly oid: number;
  readonly name: string;
  readonly deferrable: boolean;
}

function constraintsOf({ foreignKeys = [], indexes, checks }: TableDescriptor): SetConstraint[] {
  const keys = indexes.flatMap(({ constraint, deferrable }) =>
    constraint === undefined ? [] : [{ ...constraint, deferrable: deferrable !== undefined }],
  );
  return [...foreignKeys, ...keys, ...checks.map((each) => ({ ...each, deferrable: false }))];
}

/** OIDs of the constraints of this name in the first schema of the search path that has any. */
function constraintsNamed(context: DdlContext, rangeVar: ParseNode): number[] {
  const name = string(rangeVar, "relname");
  const given = optionalString(rangeVar, "schemaname");
  const image = imageOf(context);
  for (const schemaName of given === undefined ? context.searchPath : [given]) {
    const schema = image.schemaByName(schemaName);
    const found = [...image.objects.values()].flatMap((object) =>
      object.kind === "table" && object.schema === schema?.oid
        ? constraintsOf(object).filter((each) => each.name === name)
        : [],
    );
    if (found.length === 0) continue;
    if (found.some((key) => !key.deferrable)) {
      throw new SqlError("42809", `constraint "${name}" is not deferrable`);
    }
    return found.map((key) => key.oid);
  }
  throw new SqlError("42704", `constraint "${name}" does not exist`);
}

export async function setConstraints(context: DdlContext, statement: ParseNode): Promise<void> {
  if (context.session.inBlock === false) {
    const text = "SET CONSTRAINTS can only be used in transaction blocks";
    context.session.notice("WARNING", "25P01", text);
  }
  const named = list(statement, "constraints");
  const constraints =
    named.length === 0
      ? undefined
      : named.flatMap((node) => constraintsNamed(context, asTag(node, "RangeVar") ?? {}));
  const { deferredConstraints } = context.transaction.kv;
  await deferredConstraints.set(constraints, flag(statement, "deferred"));
}
