/** Composite types by the names that relations have: their pg_class entry is named as they are. */
import type { CompositeType } from "../../catalog/descriptors.ts";
import type { NameContext, QualifiedName } from "../ddl-context.ts";
import { imageOf } from "../ddl-context.ts";

export function findComposite(
  context: NameContext,
  { schema, name }: QualifiedName,
): CompositeType | undefined {
  const image = imageOf(context);
  for (const each of schema === undefined ? context.searchPath : [schema]) {
    const oid = image.compositeInSchema(each, name);
    const definition = oid === undefined ? undefined : image.compositeOf(oid)?.definition;
    if (definition?.kind === "composite") return definition;
  }
  return undefined;
}
