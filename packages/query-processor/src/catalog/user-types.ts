/**
 * The user-defined types of one catalog image: by name, and from OID to the number that stands for
 * the type in this process. Row types of tables and views are among them. Definitions are made when
 * a type is first asked for.
 */
import { InvariantError } from "@firstlight/common";
import type {
  CollationName,
  CompositeAttribute,
  DefinedType,
  TypeDefinition,
} from "@firstlight/sql";
import { defineType, typeOid } from "@firstlight/sql";
import { domainChecker } from "../bind/domain-checker.ts";
import type { Catalog } from "./catalog.ts";
import type {
  CatalogObject,
  CompositeType,
  TableDescriptor,
  TypeDescriptor,
  ViewDescriptor,
} from "./descriptors.ts";
import { FIRST_USER_OID } from "./builtin-objects.ts";
import { arrayTypeOid, elementOfArrayOid } from "./type-oids.ts";

/** What has a type of its own. */
export type TypeOwner = TypeDescriptor | TableDescriptor | ViewDescriptor;

const NOTHING: DefinedType = { type: 0, array: 0, multirange: 0, multirangeArray: 0 };

function typeOidOf(owner: TypeOwner): number {
  return owner.kind === "type" ? owner.oid : owner.typeOid;
}

interface Column {
  readonly number?: number;
  readonly name: string;
  readonly type: number;
  readonly typmod: number;
  readonly dropped?: boolean;
  readonly collation?: CollationName;
}

const nameKey = (schema: number, name: string): string => `${schema}.${name}`;

export class UserTypes {
  readonly #catalog: Catalog;
  readonly #byOid = new Map<number, TypeOwner>();
  /** Multirange types by their OID. */
  readonly #byMultirange = new Map<number, TypeDescriptor>();
  readonly #byRelation = new Map<number, TypeDescriptor>();
  readonly #byName = new Map<string, number>();
  readonly #named: { schema: number; name: string; oid: number }[] = [];
  readonly #arrayNames = new Map<number, string>();
  readonly #defined = new Map<number, DefinedType>();
  readonly #underWay = new Set<number>();

  /** `objects` have OIDs for types. */
  constructor(catalog: Catalog, objects: Iterable<CatalogObject>) {
    this.#catalog = catalog;
    for (const object of objects) {
      if (object.kind === "type") this.#add(object);
      else if ((object.kind === "table" || object.kind === "view") && object.oid >= FIRST_USER_OID)
        this.#add(object);
    }
    this.#nameArrays();
  }

  #add(owner: TypeOwner): void {
    const oid = typeOidOf(owner);
    this.#byOid.set(oid, owner);
    this.#name(owner.schema, owner.name, oid);
    if (owner.kind !== "type") return;
    if (owner.definition.kind === "composite") {
      this.#byRelation.set(owner.definition.relation, owner);
    }
    if (owner.definition.kind !== "range") return;
    const { multirange } = owner.definition;
    this.#byMultirange.set(multirange.oid, owner);
    this.#name(owner.schema, multirange.name, multirange.oid);
  }

  #name(schema: number, name: string, oid: number): void {
    this.#byName.set(nameKey(schema, name), oid);
    this.#named.push({ schema, name, oid });
  }

  /** makeArrayTypeName: as many underscores as it takes; a type that is named so goes before. */
  #nameArrays(): void {
    for (const { schema, name, oid } of this.#named) {
      let arrayName = `_${name}`;
      while (this.#byName.has(nameKey(schema, arrayName))) arrayName = `_${arrayName}`;
      this.#byName.set(nameKey(schema, arrayName), arrayTypeOid(oid));
      this.#arrayNames.set(arrayTypeOid(oid), arrayName);
    }
  }

  /** pg_type.typname of an array type. */
  arrayName(oid: number): string | undefined {
    return this.#arrayNames.get(oid);
  }

  /** The composite type of CREATE TYPE whose pg_class entry has this OID. */
  compositeOf(relation: number): TypeDescriptor | undefined {
    return this.#byRelation.get(relation);
  }

  /** pg_class entries of composite types by name. */
  compositeNamed(schema: number, name: string): number | undefined {
    const owner = this.#byOid.get(this.#byName.get(nameKey(schema, name)) ?? 0);
    if (owner?.kind !== "type" || owner.definition.kind !== "composite") return undefined;
    return owner.definition.relation;
  }

  /** The OID of the type of that name, if it is in the schema. */
  oidByName(schema: number, name: string): number | undefined {
    return this.#byName.get(nameKey(schema, name));
  }

  /** Who a type belongs to: the array type and the multirange to that of their element or range. */
  ownerOf(oid: number): TypeOwner | undefined {
    const element = elementOfArrayOid(oid) ?? oid;
    return this.#byOid.get(element) ?? this.#byMultirange.get(element);
  }

  /**
   * The number of a type by OID; the OID itself for types that are not here. A number of another
   * image's type gives this one's for the same OID.
   */
  numberOf(given: number): number {
    const oid = typeOid(given);
    if (oid < FIRST_USER_OID) return oid;
    const element = elementOfArrayOid(oid) ?? oid;
    const isArray = element !== oid;
    const range = this.#byMultirange.get(element);
    if (range !== undefined) {
      const { multirange, multirangeArray } = this.#define(range);
      return isArray ? multirangeArray : multirange;
    }
    const owner = this.#byOid.get(element);
    if (owner === undefined) return oid;
    const { type, array } = this.#define(owner);
    return isArray ? array : type;
  }

  #define(owner: TypeOwner): DefinedType {
    const oid = typeOidOf(owner);
    const known = this.#defined.get(oid);
    if (known !== undefined) return known;
    if (this.#underWay.has(oid)) throw new InvariantError(`type ${oid} is defined by itself`);
    this.#underWay.add(oid);
    const definition = this.#definition(owner);
    const made =
      definition === undefined
        ? NOTHING
        : defineType(definition, (domain) => domainChecker(domain, this.#catalog));
    this.#underWay.delete(oid);
    this.#defined.set(oid, made);
    return made;
  }

  #definition(owner: TypeOwner): TypeDefinition {
    const oid = typeOidOf(owner);
    const { name, schema } = owner;
    const schemaName = this.#catalog.schemaByOid(schema)?.name ?? "";
    const base = { oid, arrayOid: arrayTypeOid(oid), name, schema, schemaName };
    if (owner.kind !== "type") {
      const attributes = this.#attributes(owner.columns);
      return { ...base, kind: "composite", relation: owner.oid, attributes };
    }
    const { definition } = owner;
    switch (definition.kind) {
      case "enum": {
        const labels = definition.labels.map(({ label, order, former, uncommitted }) => ({
          label,
          order,
          ...(former === undefined ? {} : { former }),
          ...(uncommitted === undefined ? {} : { uncommitted }),
        }));
        return { ...base, kind: "enum", labels };
      }
      case "domain": {
        const { baseTypmod, notNull, collation } = definition;
        const collated = collation === undefined ? {} : { collation };
        const checks = definition.checks.map((check) => ({
          name: check.name,
          expression: check.expression,
        }));
        const baseType = this.numberOf(definition.baseType);
        const domain = { kind: "domain", baseType, baseTypmod, notNull, checks } as const;
        return { ...base, ...domain, ...collated };
      }
      case "composite":
        return { ...base, ...this.#composite(definition) };
      case "range": {
        const { multirange } = definition;
        const subtype = this.numberOf(definition.subtype);
        const arrayOid = arrayTypeOid(multirange.oid);
        return { ...base, kind: "range", subtype, multirange: { ...multirange, arrayOid } };
      }
    }
  }

  #composite({ relation, attributes }: CompositeType): {
    readonly kind: "composite";
    readonly relation: number;
    readonly attributes: readonly CompositeAttribute[];
  } {
    return { kind: "composite", relation, attributes: this.#attributes(attributes) };
  }

  #attributes(columns: readonly Column[]): readonly CompositeAttribute[] {
    return columns.flatMap((column, index) => {
      if (column.dropped === true) return [];
      const { name, typmod, collation } = column;
      const number = column.number ?? index + 1;
      const own = collation === undefined ? {} : { collation };
      return [{ number, name, type: this.numberOf(column.type), typmod, ...own }];
    });
  }
}
