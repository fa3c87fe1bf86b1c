/** USAGE on the schema that a name in text is qualified by (LookupExplicitNamespace). */
import { SqlError } from "@firstlight/common";
import { oids } from "@firstlight/sql";
import { checkSchema } from "../privileges/check-requirements.ts";
import type { LookUpScope } from "./object-names.ts";
import { parseQualifiedName } from "./relation-lookup.ts";
import { writtenTypeName } from "./type-lookup.ts";

const OPERATOR_SCHEMA = /^\s*("(?:[^"]|"")*"|[^."\s]+)\s*\.\s*[^\s".(]+\s*(?:\(|$)/u;

/** Before the arguments of a routine or an operator. */
function schemaIn(type: number, text: string): string | undefined {
  if (type === oids.REGTYPE) return writtenTypeName(text).parts.at(-2);
  if (type === oids.REGOPER || type === oids.REGOPERATOR) {
    const written = OPERATOR_SCHEMA.exec(text)?.[1];
    return written === undefined ? undefined : parseQualifiedName(written)[0];
  }
  return parseQualifiedName(text.split("(", 1)[0] ?? "").at(-2);
}

/** What is no name is left to the look-up. */
export function requireSchemaIn(call: LookUpScope, type: number, text: string): void {
  const user = call.currentUser ?? call.session.currentUser;
  if (user === undefined || !text.includes(".")) return;
  const role = call.image.roleByName(user);
  if (role === undefined || role.superuser) return;
  let schema: string | undefined;
  try {
    schema = schemaIn(type, text);
  } catch (error) {
    if (error instanceof SqlError) return;
    throw error;
  }
  if (schema !== undefined) checkSchema(call.image, schema, role.oid);
}
