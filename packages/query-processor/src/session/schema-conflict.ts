/** Conflicts between two changes of the schema, or of one with a transaction that relies on it. */
import { SqlError } from "@firstlight/common";

export function isSchemaConflict(error: unknown): boolean {
  return error instanceof SqlError && error.message.endsWith("(OC001)");
}
