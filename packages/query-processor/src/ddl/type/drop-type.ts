/** What DROP TYPE and DROP DOMAIN name. */
import { SqlError } from "@firstlight/common";
import { definitionOf, formatType, isUserType, typeOid } from "@firstlight/sql";
import type { ObjectAddress } from "../../catalog/dependencies/object-address.ts";
import { addressOf, CLASS } from "../../catalog/dependencies/object-address.ts";
import { asTag, list } from "../../parse/node.ts";
import type { DdlContext } from "../ddl-context.ts";
import type { DropRequest, FindDropTarget } from "../drop-request.ts";
import { missingObject } from "../drop-request.ts";
import { qualifiedNameOf, resolveIn, shownTypeName } from "./find-type.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";

function typeNameOf({ object }: DropRequest): ParseNode {
  return asTag(object, "TypeName") ?? {};
}

function resolved(context: DdlContext, request: DropRequest): number | undefined {
  const typeName = typeNameOf(request);
  const bare = { ...typeName, location: -1 } as ParseNode;
  try {
    return resolveIn(context, bare).type;
  } catch (error) {
    if (!(error instanceof SqlError) || !["42704", "3F000"].includes(error.sqlstate)) throw error;
    const { schema } = qualifiedNameOf(list(typeName, "names"));
    const name = { schema, name: shownTypeName(typeName) };
    missingObject(context, { sqlstate: "42704", what: "type", name }, request.ifExists);
    return undefined;
  }
}

function droppable(type: number): ObjectAddress {
  if (isUserType(type)) return addressOf(CLASS.type, typeOid(type));
  const text = `cannot drop type ${formatType(type)} because it is required by the database system`;
  throw new SqlError("2BP01", text);
}

export const dropType: FindDropTarget = (context, request) => {
  const type = resolved(context, request);
  return type === undefined ? undefined : droppable(type);
};

export const dropDomain: FindDropTarget = (context, request) => {
  const type = resolved(context, request);
  if (type === undefined) return undefined;
  if (definitionOf(type)?.kind === "domain") return droppable(type);
  const shown = shownTypeName(typeNameOf(request));
  throw new SqlError("42809", `"${shown}" is not a domain`);
};
