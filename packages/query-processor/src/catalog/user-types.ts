/**
 * The user-defined types of one catalog image: by name, and from OID to the number that stands for
 * the type in this process. Row types of tables and views are among them. Definitions are made when
 * a type is first asked for.
 */
import { InvariantError } from "@firstlight/common";
import type { DefinedType } from "@firstlight/sql";
import { defineType, typeOid } from "@firstlight/sql";
import { domainChecker } from "../bind/domain-checker.ts";
import type { Catalog } from "./catalog.ts";
import type { CatalogObject, TypeDescriptor } from "./descriptors.ts";
import { FIRST_USER_OID } from "./builtin-objects.ts";
import { NamesInSchemas } from "./names-in-schemas.ts";
import type { TypeOwner } from "./type-definition.ts";
import { namesOf, typeDefinition, typeOidOf } from "./type-definition.ts";
import { arrayTypeOid, elementOfArrayOid } from "./type-oids.ts";

/** What a type was defined as in an image, and what its definition was made of. */
interface Made {
  readonly schemaName: string;
  /** Numbers of the users' types in it, by their OIDs. */
  readonly parts: ReadonlyMap<number, number>;
  readonly type: DefinedType;
}

/** By owners, which never change: most types are in the next image what they were in this one. */
const made = new WeakMap<TypeOwner, Made>();

export class UserTypes {
  readonly #catalog: Catalog;
  readonly #byOid = new Map<number, TypeOwner>();
  /** Multirange types by their OID. */
  readonly #byMultirange = new Map<number, TypeDescriptor>();
  readonly #byRelation = new Map<number, TypeDescriptor>();
  readonly #byName = new NamesInSchemas<number>();
  /** Made when it is asked for, and then they are among the names, too. */
  #arrayNames: Map<number, string> | undefined;
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
  }

  #add(owner: TypeOwner): void {
    this.#byOid.set(typeOidOf(owner), owner);
    for (const { name, oid } of namesOf(owner)) this.#byName.set(owner.schema, name, oid);
    if (owner.kind !== "type") return;
    const { definition } = owner;
    if (definition.kind === "composite") this.#byRelation.set(definition.relation, owner);
    if (definition.kind === "range") this.#byMultirange.set(definition.multirange.oid, owner);
  }

  /** makeArrayTypeName: as many underscores as it takes; a type that is named so goes before. */
  #nameArrays(): Map<number, string> {
    const arrays = new Map<number, string>();
    for (const owner of this.#byOid.values()) {
      const { schema } = owner;
      for (const { name, oid } of namesOf(owner)) {
        let arrayName = `_${name}`;
        while (this.#byName.has(schema, arrayName)) arrayName = `_${arrayName}`;
        this.#byName.set(schema, arrayName, arrayTypeOid(oid));
        arrays.set(arrayTypeOid(oid), arrayName);
      }
    }
    return arrays;
  }

  /** pg_type.typname of an array type. */
  arrayName(oid: number): string | undefined {
    this.#arrayNames ??= this.#nameArrays();
    return this.#arrayNames.get(oid);
  }

  /** The composite type of CREATE TYPE whose pg_class entry has this OID. */
  compositeOf(relation: number): TypeDescriptor | undefined {
    return this.#byRelation.get(relation);
  }

  /** pg_class entries of composite types by name. */
  compositeNamed(schema: number, name: string): number | undefined {
    const owner = this.#byOid.get(this.#byName.get(schema, name) ?? 0);
    if (owner?.kind !== "type" || owner.definition.kind !== "composite") return undefined;
    return owner.definition.relation;
  }

  /** The OID of the type of that name, if it is in the schema. */
  oidByName(schema: number, name: string): number | undefined {
    if (name.startsWith("_")) this.#arrayNames ??= this.#nameArrays();
    return this.#byName.get(schema, name);
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
    const type = this.#asBefore(owner) ?? this.#made(owner);
    this.#underWay.delete(oid);
    this.#defined.set(oid, type);
    return type;
  }

  #schemaName({ schema }: TypeOwner): string {
    return this.#catalog.schemaByOid(schema)?.name ?? "";
  }

  #asBefore(owner: TypeOwner): DefinedType | undefined {
    const before = made.get(owner);
    if (before?.schemaName !== this.#schemaName(owner)) return undefined;
    for (const [oid, number] of before.parts) if (this.numberOf(oid) !== number) return undefined;
    return before.type;
  }

  #made(owner: TypeOwner): DefinedType {
    const schemaName = this.#schemaName(owner);
    const parts = new Map<number, number>();
    const definition = typeDefinition(owner, schemaName, (oid) => {
      const number = this.numberOf(oid);
      if (typeOid(oid) >= FIRST_USER_OID) parts.set(oid, number);
      return number;
    });
    const type = defineType(definition, (domain) => domainChecker(domain, this.#catalog));
    made.set(owner, { schemaName, parts, type });
    return type;
  }
}
