/** RENAME, SET SCHEMA and OWNER of types and domains; their arrays follow. */
import { SqlError } from "@firstlight/common";
import { formatType } from "@firstlight/sql";
import type { TypeDescriptor } from "../../catalog/descriptors.ts";
import { child, optionalString, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, imageOf, ownerOf, refuseTakenName, schemaNamed } from "../ddl-context.ts";
import { domainNamed } from "./alter-domain.ts";
import { objectNodes, ownedType, refuseTakenType, typeOfNames } from "./find-type.ts";

function isRowType(shown: string): SqlError {
  return new SqlError("42809", `${shown} is a table's row type`, {
    hint: "Use ALTER TABLE instead.",
  });
}

function typeNamed(
  context: DdlContext,
  nodes: readonly ParseNode[],
  isDomain: boolean,
): TypeDescriptor {
  if (isDomain) return domainNamed(context, nodes).descriptor;
  const type = typeOfNames(context, nodes);
  if (imageOf(context).typeNumber(type) === type && type < 16384) {
    throw new SqlError("42501", `must be owner of type ${formatType(type)}`);
  }
  return ownedType(context, type, (shown) =>
    shown.endsWith("[]")
      ? new SqlError("42809", `cannot alter array type ${shown}`, {
          hint: `You can alter type ${shown.slice(0, -2)}, which will alter the array type as well.`,
        })
      : isRowType(shown),
  );
}

/** Composite types share the name space of relations. */
function refuseTaken(
  context: DdlContext,
  type: TypeDescriptor,
  schema: number,
  name: string,
): void {
  if (type.definition.kind === "composite") refuseTakenName(context, schema, name);
  refuseTakenType(context, schema, name);
}

export function renameType(context: DdlContext, statement: ParseNode): void {
  const isDomain = string(statement, "renameType") === "OBJECT_DOMAIN";
  const type = typeNamed(context, objectNodes(statement), isDomain);
  const name = string(statement, "newname");
  refuseTaken(context, type, type.schema, name);
  applyChanges(context, [{ put: { ...type, name } }]);
}

export function setTypeSchema(context: DdlContext, statement: ParseNode): void {
  const isDomain = string(statement, "objectType") === "OBJECT_DOMAIN";
  const type = typeNamed(context, objectNodes(statement), isDomain);
  const schema = schemaNamed(context, string(statement, "newschema"));
  if (schema.oid === type.schema) return;
  if (imageOf(context).typeInSchema(schema.name, type.name) !== undefined) {
    const text = `type "${type.name}" already exists in schema "${schema.name}"`;
    throw new SqlError("42710", text);
  }
  applyChanges(context, [{ put: { ...type, schema: schema.oid } }]);
}

function roleOf(context: DdlContext, role: ParseNode): number {
  const name = optionalString(role, "rolename");
  if (name === undefined) return ownerOf(context);
  const found = imageOf(context).roleByName(name);
  if (found !== undefined) return found.oid;
  throw new SqlError("42704", `role "${name}" does not exist`);
}

export function setTypeOwner(context: DdlContext, statement: ParseNode): void {
  const isDomain = string(statement, "objectType") === "OBJECT_DOMAIN";
  const type = typeNamed(context, objectNodes(statement), isDomain);
  const owner = roleOf(context, child(statement, "newowner") ?? {});
  applyChanges(context, [{ put: { ...type, owner } }]);
}
