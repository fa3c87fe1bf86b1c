/** Casts that DROP and COMMENT name by their two types (get_object_address, get_cast_oid). */
import { SqlError } from "@firstlight/common";
import { findCast, formatType, typeOid } from "@firstlight/sql";
import { CLASS, addressOf } from "../../catalog/dependencies/object-address.ts";
import type { ObjectAddress } from "../../catalog/dependencies/object-address.ts";
import type { CastDescriptor } from "../../catalog/cast-descriptor.ts";
import { systemRows } from "../../catalog/virtual/system-rows.ts";
import { asTag, items } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { resolveTypeName } from "../../parse/type-name.ts";
import { ABSENT_KINDS } from "../drop-absent.ts";
import type { DdlContext, NameContext } from "../ddl-context.ts";
import { imageOf } from "../ddl-context.ts";
import type { FindDropTarget } from "../drop-request.ts";
import { typeNamed, typeText } from "./function-types.ts";

export function castBetween(
  context: NameContext,
  source: number,
  target: number,
): CastDescriptor | undefined {
  for (const object of imageOf(context).objects.values()) {
    if (object.kind !== "cast") continue;
    if (object.sourceType === source && object.targetType === target) return object;
  }
  return undefined;
}

function typesOf(context: DdlContext, object: ParseNode): readonly number[] {
  return items(object).map((node) => typeNamed(context, asTag(node, "TypeName") ?? {}) ?? 0);
}

/** Whether a type that is not there is all there is to say. */
function saysMissingType(context: DdlContext, object: ParseNode): boolean {
  for (const node of items(object)) {
    const fields = asTag(node, "TypeName") ?? {};
    if (typeNamed(context, fields) !== undefined) continue;
    const text = `type "${typeText(fields)}" does not exist, skipping`;
    context.session.notice("NOTICE", "00000", text);
    return true;
  }
  return false;
}

export const castToDrop: FindDropTarget = (context, request) => {
  if (request.ifExists && saysMissingType(context, request.object)) return undefined;
  const [source = 0, target = 0] = typesOf(context, request.object);
  const own = castBetween(context, source, target);
  if (own !== undefined) return addressOf(CLASS.cast, own.oid);
  if (findCast(source, target) === undefined)
    return ABSENT_KINDS["OBJECT_CAST"]?.(context, request);
  const text = `cast from ${formatType(source)} to ${formatType(target)}`;
  throw new SqlError("2BP01", `cannot drop ${text} because it is required by the database system`);
};

/** Of a cast, one of PostgreSQL's own too. */
export function lookUpCast(context: NameContext, object: ParseNode): ObjectAddress {
  const nodes = items(object).map((node) => asTag(node, "TypeName") ?? {});
  const [source = 0, target = 0] = nodes.map(
    (node) => resolveTypeName(node, imageOf(context), context.searchPath).type,
  );
  const own = castBetween(context, source, target);
  if (own !== undefined) return addressOf(CLASS.cast, own.oid);
  const system = systemRows("pg_cast").find(
    (row) => row["castsource"] === typeOid(source) && row["casttarget"] === typeOid(target),
  );
  if (system !== undefined) return addressOf(CLASS.cast, Number(system["oid"]));
  const text = `cast from type ${formatType(source)} to type ${formatType(target)} does not exist`;
  throw new SqlError("42704", text);
}
