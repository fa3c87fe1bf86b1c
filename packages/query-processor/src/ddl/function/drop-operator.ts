/** Operators that DROP names by their operand types (LookupOperWithArgs). */
import { SqlError } from "@firstlight/common";
import { formatType, operatorsByName } from "@firstlight/sql";
import { CLASS, addressOf } from "../../catalog/dependencies/object-address.ts";
import type { OperatorDescriptor } from "../../catalog/descriptors.ts";
import { asTag, list, names, tagOf } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext } from "../ddl-context.ts";
import { imageOf } from "../ddl-context.ts";
import type { FindDropTarget } from "../drop-request.ts";
import { typeNamed, typeText } from "./function-types.ts";

/** NONE is an empty node: 0. */
function operandTypes(context: DdlContext, fields: ParseNode): readonly [number, number] {
  const [left = 0, right = 0] = list(fields, "objargs").map((node) => {
    if (tagOf(node) === "") return 0;
    const type = asTag(node, "TypeName") ?? {};
    const found = typeNamed(context, type);
    if (found !== undefined) return found;
    throw new SqlError("42704", `type "${typeText(type)}" does not exist`);
  });
  return [left, right];
}

function schemasOf(context: DdlContext, parts: readonly string[]): readonly string[] {
  const schema = parts.length > 1 ? parts.at(-2) : undefined;
  if (schema === undefined) return context.searchPath;
  if (imageOf(context).schemaByName(schema) !== undefined) return [schema];
  throw new SqlError("3F000", `schema "${schema}" does not exist`);
}

function missing(parts: readonly string[], left: number, right: number): SqlError {
  const name = parts.join(".");
  if (right === 0) {
    return new SqlError("42601", "postfix operators are not supported");
  }
  const prefix = left === 0 ? "" : `${formatType(left)} `;
  return new SqlError("42883", `operator does not exist: ${prefix}${name} ${formatType(right)}`);
}

/** A user's operator; one of PostgreSQL's own cannot be what is asked for. */
export function findOperator(context: DdlContext, fields: ParseNode): OperatorDescriptor {
  const parts = names(fields, "objname");
  const name = parts.at(-1) ?? "";
  const [left, right] = operandTypes(context, fields);
  const image = imageOf(context);
  for (const schema of schemasOf(context, parts)) {
    const oid = image.schemaByName(schema)?.oid;
    const found = image
      .operatorsNamed(name)
      .find((each) => each.schema === oid && each.leftType === left && each.rightType === right);
    if (found !== undefined) return found;
  }
  const isSystem = operatorsByName(name).some((each) => each.left === left && each.right === right);
  if (!isSystem) throw missing(parts, left, right);
  const text = `${name}(${left === 0 ? "NONE" : formatType(left)},${formatType(right)})`;
  throw new SqlError(
    "2BP01",
    `cannot drop operator ${text} because it is required by the database system`,
  );
}

const SKIPPED: ReadonlySet<string> = new Set(["3F000", "42883", "42704"]);

export const operatorToDrop: FindDropTarget = (context, { object, ifExists }) => {
  const fields = asTag(object, "ObjectWithArgs") ?? {};
  try {
    return addressOf(CLASS.operator, findOperator(context, fields).oid);
  } catch (error) {
    if (!ifExists || !(error instanceof SqlError) || !SKIPPED.has(error.sqlstate)) throw error;
    const name = names(fields, "objname").join(".");
    const text = error.sqlstate === "42883" ? `operator ${name} does not exist` : error.message;
    context.session.notice("NOTICE", "00000", `${text}, skipping`);
    return undefined;
  }
};
