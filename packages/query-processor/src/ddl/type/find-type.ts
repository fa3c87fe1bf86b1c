/** User-defined types by the names that statements give them, and the names of new ones. */
import { SqlError } from "@firstlight/common";
import { formatType } from "@firstlight/sql";
import type { SchemaDescriptor, TypeDescriptor } from "../../catalog/descriptors.ts";
import { asTag, child, list, names, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { resolveTypeName, type ResolvedType } from "../../parse/type-name.ts";
import type { DdlContext, NameContext, QualifiedName } from "../ddl-context.ts";
import { creationSchema, imageOf, nameOfParts } from "../ddl-context.ts";

export function stringsOf(nodes: readonly ParseNode[]): readonly string[] {
  return nodes.map((node) => string(asTag(node, "String") ?? {}, "sval"));
}

export function qualifiedNameOf(nodes: readonly ParseNode[]): QualifiedName {
  return nameOfParts(stringsOf(nodes));
}

/** The name list of an ALTER or RENAME statement's object. */
export function objectNodes(statement: ParseNode, field = "object"): readonly ParseNode[] {
  const object = child(statement, field);
  return list(asTag(object, "List") ?? {}, "items");
}

export function resolveIn(context: NameContext, typeName: ParseNode): ResolvedType {
  return resolveTypeName(typeName, imageOf(context), context.searchPath);
}

/** The type that a list of name parts stands for. */
export function typeOfNames(context: NameContext, nodes: readonly ParseNode[]): number {
  return resolveIn(context, { names: [...nodes], typemod: -1, location: -1 } as ParseNode).type;
}

/** A type of CREATE TYPE or CREATE DOMAIN; `refuse` words the error for all others. */
export function ownedType(
  context: NameContext,
  type: number,
  refuse: (shown: string) => SqlError,
): TypeDescriptor {
  const image = imageOf(context);
  for (const object of image.objects.values()) {
    if (object.kind === "type" && image.typeNumber(object.oid) === type) return object;
  }
  throw refuse(formatType(type));
}

export function refuseTakenType(context: DdlContext, schema: number, name: string): void {
  const image = imageOf(context);
  const schemaName = image.schemaByOid(schema)?.name ?? "";
  const taken = image.typeInSchema(schemaName, name);
  // The name of an array type gives way.
  if (taken === undefined || image.arrayTypeName(taken) !== undefined) return;
  throw new SqlError("42710", `type "${name}" already exists`);
}

/** Where a new type goes, once its name is known to be free. */
export function newTypePlace(
  context: DdlContext,
  nodes: readonly ParseNode[],
): { readonly name: string; readonly schema: SchemaDescriptor } {
  const qualified = qualifiedNameOf(nodes);
  const schema = creationSchema(context, qualified);
  refuseTakenType(context, schema.oid, qualified.name);
  return { name: qualified.name, schema };
}

/** TypeNameToString: the name as it was written. */
export function shownTypeName(typeName: ParseNode): string {
  const shown = names(typeName, "names").join(".");
  return list(typeName, "arrayBounds").length > 0 ? `${shown}[]` : shown;
}
