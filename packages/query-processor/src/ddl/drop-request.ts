/** One object that a DROP names, and what is said when it is not there. */
import { SqlError } from "@firstlight/common";
import type { ObjectAddress } from "../catalog/dependencies/object-address.ts";
import { asTag, names, stringValue } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext, QualifiedName } from "./ddl-context.ts";
import { imageOf, nameOfParts } from "./ddl-context.ts";

export interface DropRequest {
  /** One element of DropStmt.objects. */
  readonly object: ParseNode;
  readonly ifExists: boolean;
}

export type FindDropTarget = (
  context: DdlContext,
  request: DropRequest,
) => ObjectAddress | undefined;

export function objectName(object: ParseNode): QualifiedName {
  const single = stringValue(object);
  if (single !== undefined) return { schema: undefined, name: single };
  const inner = asTag(object, "List");
  return nameOfParts(inner === undefined ? [] : names(inner, "items"));
}

/** The error or notice for something that is not there. */
export function missingObject(
  context: DdlContext,
  missing: { readonly sqlstate: string; readonly what: string; readonly name: QualifiedName },
  ifExists: boolean,
): void {
  const { schema } = missing.name;
  const noSchema = schema !== undefined && imageOf(context).schemaByName(schema) === undefined;
  const text = noSchema
    ? `schema "${schema}" does not exist`
    : `${missing.what} "${missing.name.name}" does not exist`;
  if (!ifExists) throw new SqlError(noSchema ? "3F000" : missing.sqlstate, text);
  context.session.notice("NOTICE", "00000", `${text}, skipping`);
}
