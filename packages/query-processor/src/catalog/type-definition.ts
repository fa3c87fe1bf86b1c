/** What the types of catalog objects are made of, for whoever defines them. */
import type { CollationName, CompositeAttribute, TypeDefinition } from "@firstlight/sql";
import type {
  CompositeType,
  DomainType,
  EnumType,
  RangeType,
  TableDescriptor,
  TypeDescriptor,
  ViewDescriptor,
} from "./descriptors.ts";
import { arrayTypeOid } from "./type-oids.ts";

/** What has a type of its own. */
export type TypeOwner = TypeDescriptor | TableDescriptor | ViewDescriptor;

/** The number of a type that another one is made of. */
type NumberOf = (type: number) => number;

interface NamedType {
  readonly name: string;
  readonly oid: number;
}

export function typeOidOf(owner: TypeOwner): number {
  return owner.kind === "type" ? owner.oid : owner.typeOid;
}

/** A range brings its multirange along. */
export function namesOf(owner: TypeOwner): readonly NamedType[] {
  const own = { name: owner.name, oid: typeOidOf(owner) };
  if (owner.kind !== "type" || owner.definition.kind !== "range") return [own];
  return [own, owner.definition.multirange];
}

interface Column {
  readonly number?: number;
  readonly name: string;
  readonly type: number;
  readonly typmod: number;
  readonly dropped?: boolean;
  readonly collation?: CollationName;
}

type Definition<Kind extends TypeDefinition["kind"]> = Omit<
  Extract<TypeDefinition, { kind: Kind }>,
  "oid" | "arrayOid" | "name" | "schema" | "schemaName"
>;

function attributesOf(
  columns: readonly Column[],
  numberOf: NumberOf,
): readonly CompositeAttribute[] {
  return columns.flatMap((column, index) => {
    if (column.dropped === true) return [];
    const { name, typmod, collation } = column;
    const number = column.number ?? index + 1;
    const own = collation === undefined ? {} : { collation };
    return [{ number, name, type: numberOf(column.type), typmod, ...own }];
  });
}

function compositeOf(
  { relation, attributes }: CompositeType,
  numberOf: NumberOf,
): Definition<"composite"> {
  return { kind: "composite", relation, attributes: attributesOf(attributes, numberOf) };
}

function enumOf({ labels }: EnumType): Definition<"enum"> {
  const own = labels.map(({ label, order, former, uncommitted }) => ({
    label,
    order,
    ...(former === undefined ? {} : { former }),
    ...(uncommitted === undefined ? {} : { uncommitted }),
  }));
  return { kind: "enum", labels: own };
}

function domainOf(domain: DomainType, numberOf: NumberOf): Definition<"domain"> {
  const { baseTypmod, notNull, collation } = domain;
  const collated = collation === undefined ? {} : { collation };
  const checks = domain.checks.map(({ name, expression }) => ({ name, expression }));
  const baseType = numberOf(domain.baseType);
  return { kind: "domain", baseType, baseTypmod, notNull, checks, ...collated };
}

function rangeOf({ subtype, multirange }: RangeType, numberOf: NumberOf): Definition<"range"> {
  const arrayOid = arrayTypeOid(multirange.oid);
  return { kind: "range", subtype: numberOf(subtype), multirange: { ...multirange, arrayOid } };
}

export function typeDefinition(
  owner: TypeOwner,
  schemaName: string,
  numberOf: NumberOf,
): TypeDefinition {
  const oid = typeOidOf(owner);
  const { name, schema } = owner;
  const base = { oid, arrayOid: arrayTypeOid(oid), name, schema, schemaName };
  if (owner.kind !== "type") {
    const attributes = attributesOf(owner.columns, numberOf);
    return { ...base, kind: "composite", relation: owner.oid, attributes };
  }
  const { definition } = owner;
  switch (definition.kind) {
    case "enum":
      return { ...base, ...enumOf(definition) };
    case "domain":
      return { ...base, ...domainOf(definition, numberOf) };
    case "composite":
      return { ...base, ...compositeOf(definition, numberOf) };
    case "range":
      return { ...base, ...rangeOf(definition, numberOf) };
  }
}
