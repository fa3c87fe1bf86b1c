/** Rows of pg_type for types of CREATE TYPE and CREATE DOMAIN, with their arrays and multiranges. */
import { typeTarget } from "../../privileges/access-check.ts";
import { shownAccess } from "../../privileges/access-text.ts";
import { typeRow } from "@firstlight/sql";
import type { Catalog } from "../catalog.ts";
import type { CompositeType, DomainType, RangeType, TypeDescriptor } from "../descriptors.ts";
import { arrayTypeOid } from "../type-oids.ts";
import { domainDefaultExpression } from "./domain-text.ts";
import { typeFacts } from "./type-facts.ts";
import type { NamedRow } from "./virtual-table.ts";

const COMMON: NamedRow = {
  typlen: -1,
  typbyval: false,
  typispreferred: false,
  typisdefined: true,
  typdelim: ",",
  typrelid: 0,
  typsubscript: 0,
  typelem: 0,
  typmodin: 0,
  typmodout: 0,
  typanalyze: 0,
  typalign: "d",
  typstorage: "x",
  typnotnull: false,
  typbasetype: 0,
  typtypmod: -1,
  typndims: 0,
  typcollation: 0,
};

/** enum_in, enum_out, enum_recv, enum_send. */
const ENUM: NamedRow = {
  typtype: "e",
  typcategory: "E",
  typlen: 4,
  typbyval: true,
  typalign: "i",
  typstorage: "p",
  typinput: 3506,
  typoutput: 3507,
  typreceive: 3532,
  typsend: 3533,
};

/** record_in, record_out, record_recv, record_send. */
const COMPOSITE: NamedRow = {
  typtype: "c",
  typcategory: "C",
  typinput: 2290,
  typoutput: 2291,
  typreceive: 2402,
  typsend: 2403,
};

/** range_in, range_out, range_recv, range_send, range_typanalyze. */
const RANGE: NamedRow = {
  typtype: "r",
  typcategory: "R",
  typinput: 3834,
  typoutput: 3835,
  typreceive: 3836,
  typsend: 3837,
  typanalyze: 3916,
};

/** multirange_in, multirange_out, multirange_recv, multirange_send, multirange_typanalyze. */
const MULTIRANGE: NamedRow = {
  typtype: "m",
  typcategory: "R",
  typinput: 4231,
  typoutput: 4232,
  typreceive: 4233,
  typsend: 4234,
  typanalyze: 4242,
};

/** array_subscript_handler, array_in, array_out, array_recv, array_send, array_typanalyze. */
const ARRAY: NamedRow = {
  typtype: "b",
  typcategory: "A",
  typsubscript: 6179,
  typarray: 0,
  typinput: 750,
  typoutput: 751,
  typreceive: 2400,
  typsend: 2401,
  typanalyze: 3816,
};

/** array_typanalyze, range_typanalyze, multirange_typanalyze. */
const ANALYZE: Readonly<Record<string, number>> = { A: 3816, r: 3916, m: 4242 };

function domainRow(catalog: Catalog, type: TypeDescriptor, domain: DomainType): NamedRow {
  const base = typeRow(domain.baseType);
  const facts = typeFacts(domain.baseType);
  const stored = domainDefaultExpression(catalog, type);
  return {
    typtype: "d",
    typcategory: base?.category ?? "U",
    typlen: facts.length,
    typbyval: facts.byValue,
    typalign: facts.align,
    typstorage: facts.storage,
    typcollation: domain.collation?.oid ?? facts.collation,
    typdelim: base?.delimiter ?? ",",
    typinput: 2597,
    typoutput: base?.output ?? 0,
    typreceive: 2598,
    typsend: base?.send ?? 0,
    typnotnull: domain.notNull,
    typbasetype: domain.baseType,
    typtypmod: domain.baseTypmod,
    typanalyze: ANALYZE[base?.kind === "b" ? (base.category ?? "") : (base?.kind ?? "")] ?? 0,
    typndims: base?.category === "A" ? 1 : 0,
    typdefault: domain.defaultText ?? stored?.text ?? null,
    typdefaultbin: stored?.text ?? null,
  };
}

function ownRow(catalog: Catalog, type: TypeDescriptor): NamedRow {
  const { definition } = type;
  switch (definition.kind) {
    case "enum":
      return ENUM;
    case "domain":
      return domainRow(catalog, type, definition);
    case "composite":
      return { ...COMPOSITE, typrelid: definition.relation };
    case "range":
      return { ...RANGE, typalign: rangeAlign(definition) };
  }
}

function rangeAlign({ subtype }: RangeType): string {
  return typeFacts(subtype).align === "d" ? "d" : "i";
}

interface Named {
  readonly oid: number;
  readonly name: string;
}

function* withArray(
  catalog: Catalog,
  type: TypeDescriptor,
  { oid, name }: Named,
  own: NamedRow,
): Iterable<NamedRow> {
  const array = arrayTypeOid(oid);
  const place = { ...COMMON, typnamespace: type.schema, typowner: type.owner };
  const typacl = shownAccess(catalog, typeTarget(catalog, oid));
  yield { ...place, ...own, oid, typname: name, typarray: array, typacl };
  const align = own["typalign"] === "d" || own["typalign"] === undefined ? "d" : "i";
  const inherited = { typdelim: own["typdelim"] ?? ",", typcollation: own["typcollation"] ?? 0 };
  const facts = { ...ARRAY, ...inherited, typalign: align };
  yield {
    ...place,
    ...facts,
    oid: array,
    typname: catalog.arrayTypeName(array) ?? `_${name}`,
    typelem: oid,
  };
}

export function* userTypeRows(catalog: Catalog): Iterable<NamedRow> {
  for (const type of catalog.objects.values()) {
    if (type.kind !== "type") continue;
    yield* withArray(catalog, type, type, ownRow(catalog, type));
    const { definition } = type;
    if (definition.kind !== "range") continue;
    const facts = { ...MULTIRANGE, typalign: rangeAlign(definition) };
    yield* withArray(catalog, type, definition.multirange, facts);
  }
}

export function* enumRows(catalog: Catalog): Iterable<NamedRow> {
  for (const type of catalog.objects.values()) {
    if (type.kind !== "type" || type.definition.kind !== "enum") continue;
    for (const { oid, label, sortOrder } of type.definition.labels) {
      yield { oid, enumtypid: type.oid, enumsortorder: sortOrder, enumlabel: label };
    }
  }
}

export function* rangeRows(catalog: Catalog): Iterable<NamedRow> {
  for (const type of catalog.objects.values()) {
    if (type.kind !== "type" || type.definition.kind !== "range") continue;
    const { subtype, opclass, collation, difference, multirange } = type.definition;
    yield {
      rngtypid: type.oid,
      rngsubtype: subtype,
      rngmultitypid: multirange.oid,
      rngcollation: collation,
      rngsubopc: opclass,
      rngcanonical: 0,
      rngsubdiff: difference,
    };
  }
}

export interface CompositeRelation {
  readonly type: TypeDescriptor;
  readonly composite: CompositeType;
}

/** Composite types have an entry in pg_class, and their attributes in pg_attribute. */
export function* compositeRelations(catalog: Catalog): Iterable<CompositeRelation> {
  for (const type of catalog.objects.values()) {
    if (type.kind === "type" && type.definition.kind === "composite") {
      yield { type, composite: type.definition };
    }
  }
}
