/**
 * Objects as pg_identify_object tells them apart: of what kind they are, their schema and name where
 * these tell them from others, their identity in words that hold in every session, and the lists by
 * which they are found again (getObjectTypeDescription, getIdentifiedObjectParts).
 */
import { SqlError, featureNotSupported } from "@firstlight/common";
import { makeArray, makeRecord, oids, typeRow } from "@firstlight/sql";
import type { Datum } from "@firstlight/sql";
import { operatorByOid, type ProcRow, procByOid, quoteIdentifier, typeOid } from "@firstlight/sql";
import { userRoutine } from "../bind/routine/user-routine.ts";
import type { ObjectAddress } from "../catalog/dependencies/object-address.ts";
import { CLASS } from "../catalog/dependencies/object-address.ts";
import { constraintByOid } from "../catalog/constraints-by-oid.ts";
import { relationKind } from "../catalog/dependencies/object-description.ts";
import type { CatalogObject } from "../catalog/descriptors.ts";
import { attributeDefaults } from "../catalog/virtual/attribute-defaults.ts";
import { rangeProc } from "../catalog/virtual/range-functions.ts";
import { systemRows } from "../catalog/virtual/system-rows.ts";
import { TABLESPACES } from "../catalog/tablespaces.ts";
import { fullTypeName } from "./full-type-name.ts";
import { ACL_OBJECTS } from "../ddl/privileges/acl-objects.ts";
import { columnOfRelation } from "./relation-columns.ts";
import type { NameScope } from "./object-names.ts";
import { relationObject } from "./object-names.ts";
import { SYSTEM_KINDS, textOf } from "./system-identity.ts";
import type { IdentifiedObject, ObjectKind } from "./identified-object.ts";
import { operatorSignatureOf } from "./builtin-signatures.ts";
import { typeName } from "./object-names.ts";
import { systemViewDefinition } from "../catalog/virtual/system-views.ts";
import { FIRST_USER_OID } from "../catalog/builtin-objects.ts";
import { findDescription } from "../catalog/dependencies/object-description.ts";
import type { CatalogFunction } from "./catalog-functions.ts";

type Read = ObjectKind["read"];
type Describe = NonNullable<ObjectKind["describe"]>;

function schemaName({ image }: NameScope, oid: number): string {
  return image.schemaByOid(oid)?.name ?? "";
}

/** An object with a name of its own in a schema. */
function named(
  scope: NameScope,
  type: string,
  { schema, name }: { readonly schema: number; readonly name: string },
): IdentifiedObject {
  const place = schemaName(scope, schema);
  const [quotedPlace, quoted] = [quoteIdentifier(place), quoteIdentifier(name)];
  const identity = `${quotedPlace}.${quoted}`;
  return { type, schema: quotedPlace, name: quoted, identity, names: [place, name], args: [] };
}

/** An object of no schema. */
function alone(type: string, name: string | undefined): IdentifiedObject | undefined {
  if (name === undefined) return undefined;
  const quoted = quoteIdentifier(name);
  return { type, name: quoted, identity: quoted, names: [name], args: [] };
}

function typeOfRelation({ image }: NameScope, oid: number): string {
  const relation = image.relationByOid(oid);
  if (relation !== undefined) {
    return systemViewDefinition(oid, false) === undefined ? relationKind(relation) : "view";
  }
  return image.compositeOf(oid) === undefined ? "index" : "composite type";
}

const relation: Read = (scope, { objectId, subId }) => {
  const object = relationObject(scope.image, objectId);
  if (object === undefined) return undefined;
  const whole = named(scope, typeOfRelation(scope, objectId), object);
  if (subId === 0) return whole;
  const column = columnOfRelation(scope.image, objectId, subId);
  if (column === undefined) return undefined;
  return {
    ...whole,
    type: `${whole.type} column`,
    identity: `${whole.identity}.${quoteIdentifier(column)}`,
    names: [...whole.names, column],
  };
};

/** The name and schema of a type, of an array or multirange that comes with one too. */
function typeObject(
  { image }: NameScope,
  oid: number,
): { readonly schema: number; readonly name: string } | undefined {
  const row = oid < FIRST_USER_OID ? typeRow(oid) : undefined;
  if (row !== undefined) return { schema: row.namespace, name: row.name };
  const owner = image.typeOwner(oid);
  if (owner === undefined) return undefined;
  const { schema } = owner;
  const array = image.arrayTypeName(oid);
  if (array !== undefined) return { schema, name: array };
  const isMultirange =
    owner.kind === "type" &&
    owner.definition.kind === "range" &&
    owner.definition.multirange.oid === oid;
  return { schema, name: isMultirange ? owner.definition.multirange.name : owner.name };
}

const type: Read = (scope, { objectId }) => {
  const row = typeObject(scope, objectId);
  if (row === undefined) return undefined;
  const identity = fullTypeName(scope, objectId);
  const { schema, name } = named(scope, "type", row);
  return { type: "type", schema, name, identity, names: [identity], args: [] };
};

function procOf({ image }: NameScope, oid: number): ProcRow | undefined {
  const own = image.objects.get(oid);
  if (own?.kind === "function") return userRoutine(own);
  return procByOid(oid) ?? rangeProc(image, oid);
}

const ROUTINES: Readonly<Record<string, string>> = { a: "aggregate", p: "procedure" };

const routine: Read = (scope, { objectId }) => {
  const proc = procOf(scope, objectId);
  if (proc === undefined) return undefined;
  const args = proc.argTypes.map((each) => fullTypeName(scope, typeOid(each)));
  const { name: _, ...own } = named(scope, ROUTINES[proc.kind] ?? "function", {
    schema: proc.namespace,
    name: proc.name,
  });
  return { ...own, identity: `${own.identity}(${args.join(",")})`, args };
};

const operator: Read = (scope, { objectId }) => {
  const own = scope.image.objects.get(objectId);
  const found =
    own?.kind === "operator"
      ? { name: own.name, schema: own.schema, left: own.leftType, right: own.rightType }
      : systemOperator(objectId);
  if (found === undefined) return undefined;
  const { name, left, right } = found;
  const place = schemaName(scope, found.schema);
  const operand = (each: number): string =>
    each === 0 ? "NONE" : fullTypeName(scope, typeOid(each));
  const schema = quoteIdentifier(place);
  const args = [left, right].filter((each) => each !== 0).map(operand);
  const identity = `${schema}.${name}(${operand(left)},${operand(right)})`;
  return { type: "operator", schema, identity, names: [place, name], args };
};

function systemOperator(oid: number):
  | {
      readonly name: string;
      readonly schema: number;
      readonly left: number;
      readonly right: number;
    }
  | undefined {
  const row = operatorByOid(oid);
  return row && { name: row.name, schema: row.namespace, left: row.left, right: row.right };
}

const constraint: Read = (scope, { objectId }) => {
  const found = constraintByOid(scope.image, objectId);
  if (found === undefined) return domainConstraint(scope, objectId);
  const { table, name } = found;
  const whole = named(scope, "table", table);
  return {
    type: "table constraint",
    schema: whole.schema,
    identity: `${quoteIdentifier(name)} on ${whole.identity}`,
    names: [...whole.names, name],
    args: [],
  };
};

function domainConstraint(scope: NameScope, oid: number): IdentifiedObject | undefined {
  for (const object of scope.image.objects.values()) {
    if (object.kind !== "type" || object.definition.kind !== "domain") continue;
    const check = object.definition.checks.find((each) => each.oid === oid);
    if (check === undefined) continue;
    const domain = fullTypeName(scope, object.oid);
    const identity = `${quoteIdentifier(check.name)} on ${domain}`;
    const schema = quoteIdentifier(schemaName(scope, object.schema));
    return { type: "domain constraint", schema, identity, names: [domain], args: [check.name] };
  }
  return undefined;
}

const defaultValue: Read = (scope, { objectId }) => {
  const found = attributeDefaults(scope.image).find((each) => each.oid === objectId);
  if (found === undefined) return undefined;
  const { table, column } = found;
  const whole = named(scope, "table", table);
  const identity = `for ${whole.identity}.${quoteIdentifier(column.name)}`;
  return { type: "default value", identity, names: [...whole.names, column.name], args: [] };
};

function ruleOf(object: CatalogObject): number | undefined {
  if (object.kind === "view") return object.ruleOid;
  return object.kind === "table" ? object.materialized?.ruleOid : undefined;
}

const RULE = "_RETURN";

const rule: Read = (scope, { objectId }) => {
  for (const object of scope.image.objects.values()) {
    if (ruleOf(object) !== objectId || !("schema" in object) || !("name" in object)) continue;
    const whole = named(scope, "view", object);
    const identity = `${quoteIdentifier(RULE)} on ${whole.identity}`;
    return { type: "rule", identity, names: [...whole.names, RULE], args: [] };
  }
  return undefined;
};

const collation: Read = (scope, { objectId }) => {
  const own = scope.image.objects.get(objectId);
  if (own?.kind === "collation") return named(scope, "collation", own);
  const row = systemRows("pg_collation").find((each) => each["oid"] === objectId);
  if (row === undefined) return undefined;
  const [schema, name] = [Number(row["collnamespace"]), textOf(row, "collname")];
  return named(scope, "collation", { schema, name });
};

function castOf({ image }: NameScope, oid: number): readonly [number, number] | undefined {
  const own = image.objects.get(oid);
  if (own?.kind === "cast") return [typeOid(own.sourceType), typeOid(own.targetType)];
  const range = rangeProc(image, oid);
  if (range !== undefined) return [typeOid(range.argTypes[0] ?? 0), typeOid(range.returnType)];
  const row = systemRows("pg_cast").find((each) => each["oid"] === oid);
  return row && [Number(row["castsource"]), Number(row["casttarget"])];
}

const cast: Read = (scope, { objectId }) => {
  const types = castOf(scope, objectId);
  if (types === undefined) return undefined;
  const [source, target] = [fullTypeName(scope, types[0]), fullTypeName(scope, types[1])];
  const identity = `(${source} AS ${target})`;
  return { type: "cast", identity, names: [source], args: [target] };
};

const statistics: Read = (scope, { objectId }) => {
  const own = scope.image.objects.get(objectId);
  return own?.kind === "statistics" ? named(scope, "statistics object", own) : undefined;
};

function ofKind(kind: "role" | "database" | "extension"): Read {
  return ({ image }, { objectId }) => {
    const own = image.objects.get(objectId);
    return own?.kind === kind ? alone(kind, own.name) : undefined;
  };
}

const defaultAcl: Read = (scope, { objectId }) => {
  const own = scope.image.objects.get(objectId);
  if (own?.kind !== "defaultAcl") return undefined;
  const role = scope.image.objects.get(own.role);
  const owner = role?.kind === "role" ? role.name : "";
  const place = own.schema === 0 ? undefined : schemaName(scope, own.schema);
  const inSchema = place === undefined ? "" : ` in schema ${quoteIdentifier(place)}`;
  return {
    type: "default acl",
    identity: `for role ${quoteIdentifier(owner)}${inSchema} on ${ACL_OBJECTS[own.objectType]}`,
    names: place === undefined ? [owner] : [owner, place],
    args: [own.objectType],
  };
};

const membership: Read = ({ image }, { objectId }) => {
  const own = image.objects.get(objectId);
  if (own?.kind !== "membership") return undefined;
  const nameOf = (oid: number): string => {
    const role = image.objects.get(oid);
    return role?.kind === "role" ? role.name : "";
  };
  const identity = `membership of role ${nameOf(own.member)} in role ${nameOf(own.role)}`;
  return { type: "role membership", identity, names: [], args: [] };
};

const describeRoutine: Describe = (scope, { objectId }) => {
  const proc = procByOid(objectId) ?? rangeProc(scope.image, objectId);
  if (proc === undefined) return undefined;
  const types = proc.argTypes.map((each) => typeName(scope, typeOid(each)));
  const schema = scope.image.schemaByOid(proc.namespace)?.name ?? "";
  const isSeen = schema === "pg_catalog" || scope.searchPath.includes(schema);
  const name = `${isSeen ? "" : `${quoteIdentifier(schema)}.`}${quoteIdentifier(proc.name)}`;
  return `function ${name}(${types.join(",")})`;
};

const describeOperator: Describe = (_scope, { objectId }) =>
  `operator ${operatorSignatureOf(objectId)}`;

const describeCast: Describe = (scope, { objectId }) => {
  const types = castOf(scope, objectId);
  return types && `cast from ${typeName(scope, types[0])} to ${typeName(scope, types[1])}`;
};

/** By its name as SQL has it. */
const describeByName: Describe = (scope, address) => {
  const found = collation(scope, address);
  return found && `${found.type} ${found.name}`;
};

/** By its name as it is. */
const describeAlone: Describe = (scope, address) => {
  const found = kindOf(address).read(scope, address);
  return found && `${found.type} ${found.names[0]}`;
};

const ACL_WORDS: Readonly<Record<string, string>> = { ...ACL_OBJECTS, r: "relations" };

const describeAcl: Describe = (scope, address) => {
  const found = defaultAcl(scope, address);
  if (found === undefined) return undefined;
  const [role, schema] = found.names;
  const place = schema === undefined ? "" : ` in schema ${schema}`;
  const what = ACL_WORDS[found.args[0] ?? ""] ?? "";
  return `default privileges on new ${what} belonging to role ${role}${place}`;
};

const describeMembership: Describe = (scope, address) => membership(scope, address)?.identity;

const KINDS: ReadonlyMap<number, ObjectKind> = new Map([
  [CLASS.relation, { type: "relation", read: relation }],
  [CLASS.type, { type: "type", read: type }],
  [CLASS.function, { type: "routine", read: routine, describe: describeRoutine }],
  [CLASS.operator, { type: "operator", read: operator, describe: describeOperator }],
  [CLASS.constraint, { type: "constraint", read: constraint }],
  [CLASS.default, { type: "default value", read: defaultValue }],
  [CLASS.rule, { type: "rule", read: rule }],
  [CLASS.collation, { type: "collation", read: collation, describe: describeByName }],
  [CLASS.cast, { type: "cast", read: cast, describe: describeCast }],
  [CLASS.statistics, { type: "statistics object", read: statistics }],
  [CLASS.role, { type: "role", read: ofKind("role"), describe: describeAlone }],
  [CLASS.database, { type: "database", read: ofKind("database"), describe: describeAlone }],
  [CLASS.extension, { type: "extension", read: ofKind("extension"), describe: describeAlone }],
  [CLASS.defaultAcl, { type: "default acl", read: defaultAcl, describe: describeAcl }],
  [CLASS.membership, { type: "role membership", read: membership, describe: describeMembership }],
  [
    CLASS.tablespace,
    {
      type: "tablespace",
      read: (_, { objectId }) => alone("tablespace", TABLESPACES.get(objectId)),
      describe: describeAlone,
    },
  ],
  [
    CLASS.schema,
    {
      type: "schema",
      read: ({ image }, { objectId }) => alone("schema", image.schemaByOid(objectId)?.name),
    },
  ],
]);

function kindOf({ classId, subId }: ObjectAddress): ObjectKind {
  const known = KINDS.get(classId) ?? SYSTEM_KINDS.get(classId);
  if (known !== undefined) return known;
  if (classId === CLASS.largeObject) throw featureNotSupported("the identity of a large object");
  if (subId !== 0) throw nonZeroSubId(classId);
  throw new SqlError("XX000", `unrecognized object class: ${classId}`);
}

function nonZeroSubId(classId: number): SqlError {
  return new SqlError("XX000", `invalid non-zero objectSubId for object class ${classId}`);
}

function addressIn([classId, objectId, subId]: readonly Datum[]): ObjectAddress | undefined {
  if (typeof classId !== "number" || typeof objectId !== "number") return undefined;
  return { classId, objectId, subId: typeof subId === "number" ? subId : 0 };
}

const TEXTS = [oids.TEXT, oids.TEXT, oids.TEXT, oids.TEXT];

const identify: CatalogFunction = (call, args) => {
  const address = addressIn(args);
  if (address === undefined) return null;
  const kind = kindOf(address);
  const found = kind.read(call, address);
  const { type: what = kind.type, schema = null, name = null, identity = null } = found ?? {};
  return makeRecord(TEXTS, [what, schema, name, identity]);
};

const LISTS = [oids.TEXT, oids.TEXT_ARRAY, oids.TEXT_ARRAY];

const identifyAsAddress: CatalogFunction = (call, args) => {
  const address = addressIn(args);
  if (address === undefined) return null;
  const kind = kindOf(address);
  const found = kind.read(call, address);
  const list = (names: readonly string[] | undefined): Datum =>
    names === undefined ? null : makeArray(oids.TEXT, names);
  return makeRecord(LISTS, [found?.type ?? kind.type, list(found?.names), list(found?.args)]);
};

const describe: CatalogFunction = (call, args) => {
  const address = addressIn(args);
  if (address === undefined) return null;
  const { classId, objectId, subId } = address;
  if (classId === 0 && objectId === 0) return null;
  if (subId !== 0 && classId !== CLASS.relation) {
    throw nonZeroSubId(classId);
  }
  const kind = kindOf(address);
  if (kind.read(call, address) === undefined) return null;
  return findDescription(call, address) ?? kind.describe?.(call, address) ?? null;
};

export const IDENTITY_FUNCTIONS: Readonly<Record<string, CatalogFunction>> = {
  pg_describe_object: describe,
  pg_identify_object: identify,
  pg_identify_object_as_address: identifyAsAddress,
};
