/**
 * pg_get_object_address: the object that a kind, a list of names and a list of arguments tell, which
 * are what pg_identify_object_as_address gives. Lists become the nodes that the grammar would make of
 * them, and are looked up as COMMENT ON does.
 */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { DEFAULT_FORMAT, findType, makeRecord, oids } from "@firstlight/sql";
import type { ArrayValue, Datum } from "@firstlight/sql";
import type { ObjectAddress } from "../catalog/dependencies/object-address.ts";
import type { NameContext } from "../ddl/ddl-context.ts";
import { refuseFarObject } from "../ddl/far-names.ts";
import { PART_LOOK_UPS } from "../ddl/part-lookup.ts";
import { lookUpObject } from "../ddl/object-lookup.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { CatalogCall, CatalogFunction } from "./catalog-functions.ts";
import { objectTypeOf } from "./object-types.ts";
import { typeNameOf } from "./type-lookup.ts";

type Texts = readonly (string | null)[];

function invalid(message: string): SqlError {
  return new SqlError("22023", message);
}

const nulls = (): SqlError => invalid("name or argument lists may not contain nulls");

function exactly(what: "name" | "argument", count: number, list: Texts): void {
  if (list.length === count) return;
  throw invalid(`${what} list length must be exactly ${count}`);
}

function atLeast(count: number, list: Texts): void {
  if (list.length < count) throw invalid(`name list length must be at least ${count}`);
}

function strings(list: Texts): readonly ParseNode[] {
  return list.map((each) => {
    if (each === null) throw nulls();
    return { String: { sval: each } };
  });
}

function types(list: Texts): readonly ParseNode[] {
  return list.map((each) => {
    if (each === null) throw nulls();
    return { TypeName: typeNameOf(each) };
  });
}

const listNode = (...nodes: readonly ParseNode[]): ParseNode => ({ List: { items: [...nodes] } });

/** Of kinds whose names are types. */
const TYPED: ReadonlySet<string> = new Set([
  "OBJECT_TYPE",
  "OBJECT_DOMAIN",
  "OBJECT_CAST",
  "OBJECT_TRANSFORM",
  "OBJECT_DOMCONSTRAINT",
]);

/** Of kinds whose arguments are types. */
const TYPED_ARGUMENTS: ReadonlySet<string> = new Set([
  "OBJECT_AGGREGATE",
  "OBJECT_FUNCTION",
  "OBJECT_PROCEDURE",
  "OBJECT_ROUTINE",
  "OBJECT_OPERATOR",
  "OBJECT_CAST",
  "OBJECT_AMOP",
  "OBJECT_AMPROC",
]);

const ONE_ARGUMENT: ReadonlySet<string> = new Set([
  "OBJECT_PUBLICATION_NAMESPACE",
  "OBJECT_USER_MAPPING",
  "OBJECT_DOMCONSTRAINT",
  "OBJECT_CAST",
  "OBJECT_PUBLICATION_REL",
  "OBJECT_DEFACL",
  "OBJECT_TRANSFORM",
]);

/** How long the lists have to be; what is not here is checked where it is looked up. */
function checkLengths(kind: string, list: Texts, args: Texts): void {
  if (kind === "OBJECT_PUBLICATION_NAMESPACE" || kind === "OBJECT_USER_MAPPING") {
    exactly("name", 1, list);
  }
  if (ONE_ARGUMENT.has(kind)) exactly("argument", 1, args);
  if (kind === "OBJECT_OPFAMILY" || kind === "OBJECT_OPCLASS") atLeast(2, list);
  if (kind === "OBJECT_AMOP" || kind === "OBJECT_AMPROC") atLeast(3, list);
  if (kind === "OBJECT_AMOP" || kind === "OBJECT_AMPROC" || kind === "OBJECT_OPERATOR") {
    exactly("argument", 2, args);
  }
}

function nameNodes(kind: string, list: Texts): readonly ParseNode[] {
  if (TYPED.has(kind)) {
    exactly("name", 1, list);
    return types(list);
  }
  const nodes = strings(list);
  atLeast(1, list);
  return nodes;
}

const ROUTINES: ReadonlySet<string> = new Set([
  "OBJECT_AGGREGATE",
  "OBJECT_FUNCTION",
  "OBJECT_PROCEDURE",
  "OBJECT_ROUTINE",
  "OBJECT_OPERATOR",
]);

/** Of kinds that are in no schema. */
const ALONE: ReadonlySet<string> = new Set([
  "OBJECT_ACCESS_METHOD",
  "OBJECT_DATABASE",
  "OBJECT_EVENT_TRIGGER",
  "OBJECT_EXTENSION",
  "OBJECT_FDW",
  "OBJECT_FOREIGN_SERVER",
  "OBJECT_LANGUAGE",
  "OBJECT_PARAMETER_ACL",
  "OBJECT_PUBLICATION",
  "OBJECT_ROLE",
  "OBJECT_SCHEMA",
  "OBJECT_SUBSCRIPTION",
  "OBJECT_TABLESPACE",
]);

/** As get_object_address takes it. */
function objectNode(kind: string, list: Texts, args: Texts): ParseNode {
  const name = nameNodes(kind, list);
  const argument = TYPED_ARGUMENTS.has(kind) ? types(args) : strings(args);
  checkLengths(kind, list, args);
  const [first = {}] = name;
  const [firstArgument = {}] = argument;
  if (ROUTINES.has(kind)) {
    return { ObjectWithArgs: { objname: [...name], objargs: [...argument] } };
  }
  if (ALONE.has(kind)) {
    exactly("name", 1, list);
    return first;
  }
  if (kind === "OBJECT_TYPE" || kind === "OBJECT_DOMAIN") return first;
  if (kind === "OBJECT_DEFACL") return listNode(firstArgument, ...name);
  if (kind === "OBJECT_AMOP" || kind === "OBJECT_AMPROC") {
    return listNode(listNode(...name), listNode(...argument));
  }
  if (kind === "OBJECT_PUBLICATION_REL") return listNode(listNode(...name), firstArgument);
  if (ONE_ARGUMENT.has(kind)) return listNode(first, firstArgument);
  return listNode(...name);
}

function textsOf(value: Datum): Texts | undefined {
  const array = value as ArrayValue | null;
  return array?.elements.map((each) => (typeof each === "string" ? each : null));
}

/** Types in these lists are written without a column's %TYPE: nothing is told about them. */
function contextOf({ image, searchPath }: CatalogCall): NameContext {
  return { session: { notice: () => undefined }, transaction: { image }, searchPath };
}

function objectIdentifier(text: string): void {
  findType(oids.OID)?.input(text, -1, { ...DEFAULT_FORMAT, now: 0n });
}

function addressFrom(call: CatalogCall, kind: string, list: Texts, args: Texts): ObjectAddress {
  if (kind === "OBJECT_LARGEOBJECT") {
    exactly("name", 1, list);
    if (list[0] === null) throw invalid("large object OID may not be null");
    objectIdentifier(list[0] ?? "");
    throw featureNotSupported("the address of a large object");
  }
  const object = objectNode(kind, list, args);
  refuseFarObject(call.image, kind, object);
  const part = PART_LOOK_UPS[kind];
  if (part !== undefined) return part(contextOf(call), object);
  return lookUpObject(contextOf(call), kind, object, "pg_get_object_address of");
}

const ADDRESS = [oids.OID, oids.OID, oids.INT4];

const addressOfNames: CatalogFunction = (call, [type, list, args]) => {
  const [listTexts, argTexts] = [textsOf(list ?? null), textsOf(args ?? null)];
  if (typeof type !== "string" || listTexts === undefined || argTexts === undefined) return null;
  const { classId, objectId, subId } = addressFrom(call, objectTypeOf(type), listTexts, argTexts);
  return makeRecord(ADDRESS, [classId, objectId, subId]);
};

export const ADDRESS_FUNCTIONS: Readonly<Record<string, CatalogFunction>> = {
  pg_get_object_address: addressOfNames,
};
