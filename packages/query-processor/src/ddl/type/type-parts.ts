/** Types without a part of them, for DROP with CASCADE. */
import type { TypeDescriptor } from "../../catalog/descriptors.ts";

/** `relation`: the pg_class entry of a composite type; any other type stays as it is. */
export function withoutAttribute(
  type: TypeDescriptor,
  relation: number,
  number: number,
): TypeDescriptor {
  const { definition } = type;
  if (definition.kind !== "composite" || definition.relation !== relation) return type;
  const attributes = definition.attributes.map((each) =>
    each.number === number
      ? { ...each, name: `........pg.dropped.${number}........`, dropped: true }
      : each,
  );
  return { ...type, definition: { ...definition, attributes } };
}

export function withoutCheck(type: TypeDescriptor, oid: number): TypeDescriptor {
  const { definition } = type;
  if (definition.kind !== "domain") return type;
  if (!definition.checks.some((check) => check.oid === oid)) return type;
  const checks = definition.checks.filter((check) => check.oid !== oid);
  return { ...type, definition: { ...definition, checks } };
}
