/** A function with its input types, as messages name it: f(integer,text) (format_procedure). */
import { formatType, quoteIdentifier } from "@firstlight/sql";
import type { Catalog } from "./catalog.ts";
import { type FunctionDescriptor, inputsOf } from "./descriptors.ts";

/** Schema-qualified unless `searchPath` finds it. */
export function signatureOf(
  catalog: Catalog,
  descriptor: FunctionDescriptor,
  searchPath?: readonly string[],
): string {
  const types = inputsOf(descriptor).map(({ type }) => formatType(type));
  const schema = catalog.schemaByOid(descriptor.schema)?.name ?? "";
  const isVisible = searchPath === undefined || searchPath.includes(schema);
  const name = quoteIdentifier(descriptor.name);
  const qualified = isVisible ? name : `${quoteIdentifier(schema)}.${name}`;
  return `${qualified}(${types.join(",")})`;
}
