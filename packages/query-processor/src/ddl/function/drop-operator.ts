/** Operators that DROP names by their operand types (LookupOperWithArgs). */
import { SqlError } from "@firstlight/common";
import { formatType, operatorsByName } from "@firstlight/sql";
import { CLASS, addressOf } from "../../catalog/dependencies/object-address.ts";
import type { ObjectAddress } from "../../catalog/dependencies/object-address.ts";
import type { OperatorDescriptor } from "../../catalog/descriptors.ts";
import { asTag, list, names, tagOf } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { NameContext } from "../ddl-context.ts";
import { imageOf } from "../ddl-context.ts";
import { refuseFarName } from "../../catalog/far-name.ts";
import type { FindDropTarget } from "../drop-request.ts";
import { typeNamed, typeText } from "./function-types.ts";

/** NONE is an empty node: 0. */
function operandTypes(context: NameContext, fields: ParseNode): readonly [number, number] {
  const [left = 0, right = 0] = list(fields, "objargs").map((node) => {
    if (tagOf(node) === "") return 0;
    const type = asTag(node, "TypeName") ?? {};
    const found = typeNamed(context, type);
    if (found !== undefined) return found;
    throw new SqlError("42704", `type "${typeText(type)}" does not exist`);
  });
  return [left, right];
}

function schemasOf(context: NameContext, parts: readonly string[]): readonly string[] {
  refuseFarName(imageOf(context), parts);
  const schema = parts.length > 1 ? parts.at(-2) : undefined;
  if (schema === undefined) {
    const { searchPath } = context;
    return searchPath.includes("pg_catalog") ? searchPath : ["pg_catalog", ...searchPath];
  }
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

interface FoundOperator {
  readonly oid: number;
  /** Undefined: it is one of PostgreSQL's own. */
  readonly own?: OperatorDescriptor;
}

function operatorIn(
  context: NameContext,
  schema: string,
  wanted: { readonly name: string; readonly left: number; readonly right: number },
): FoundOperator | undefined {
  const { name, left, right } = wanted;
  const image = imageOf(context);
  const place = image.schemaByName(schema)?.oid;
  const own = image
    .operatorsNamed(name)
    .find((each) => each.schema === place && each.leftType === left && each.rightType === right);
  if (own !== undefined) return { oid: own.oid, own };
  const system = operatorsByName(name).find(
    (each) => each.namespace === place && each.left === left && each.right === right,
  );
  return system && { oid: system.oid };
}

function found(context: NameContext, fields: ParseNode): FoundOperator {
  const parts = names(fields, "objname");
  const [left, right] = operandTypes(context, fields);
  for (const schema of schemasOf(context, parts)) {
    const each = operatorIn(context, schema, { name: parts.at(-1) ?? "", left, right });
    if (each !== undefined) return each;
  }
  throw missing(parts, left, right);
}

/** Of a user's operator or one of PostgreSQL's own. */
export function operatorAddress(context: NameContext, fields: ParseNode): ObjectAddress {
  return addressOf(CLASS.operator, found(context, fields).oid);
}

/** A user's operator; one of PostgreSQL's own cannot be what is asked for. */
export function findOperator(context: NameContext, fields: ParseNode): OperatorDescriptor {
  const { own } = found(context, fields);
  if (own !== undefined) return own;
  const [left, right] = operandTypes(context, fields);
  const name = names(fields, "objname").at(-1) ?? "";
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
