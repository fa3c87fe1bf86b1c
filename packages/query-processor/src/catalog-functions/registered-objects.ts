/** Input and output of the reg* types whose names only the catalog knows, and their to_reg functions. */
import { refuseFarName } from "../catalog/far-name.ts";
import { SqlError } from "@firstlight/common";
import type { FormatSettings } from "@firstlight/sql";
import {
  DEFAULT_FORMAT,
  findType,
  oids,
  quoteIdentifier,
  quoting,
  truncateName,
  typeByName,
  noObject,
} from "@firstlight/sql";
import { findCollation } from "../catalog/collations.ts";
import type { CatalogFunction } from "./catalog-functions.ts";
import type { LookUpScope, NamedObject, NameScope } from "./object-names.ts";
import {
  collationName,
  lookUpPath,
  relationName,
  relationOidIn,
  typeName,
} from "./object-names.ts";
import { parseQualifiedName } from "./relation-lookup.ts";
import {
  operatorName,
  operatorOid,
  operatorSignature,
  operatorWithOperands,
} from "./operator-lookup.ts";
import { procOid, procedureOid, routineName, routineSignature } from "./routine-lookup.ts";
import { requireSchemaIn } from "./schema-usage.ts";
import { refuseTypeSyntax, typeByText, typeOidByText, writtenTypeName } from "./type-lookup.ts";

type LookUp = (call: LookUpScope, text: string) => number | undefined;

/** A third part in front is the database, which has to be this one. */
function partsIn(call: LookUpScope, text: string): readonly string[] {
  const parts = parseQualifiedName(text);
  refuseFarName(call.image, parts, true);
  requireSchemaIn(call, oids.REGCLASS, text);
  return parts;
}

function relationOid(call: LookUpScope, text: string): number | undefined {
  const parts = partsIn(call, text);
  const name = parts.at(-1) ?? "";
  const schema = parts.at(-2);
  if (schema !== undefined) return relationOidIn(call.image, schema, name);
  for (const each of lookUpPath(call)) {
    const oid = relationOidIn(call.image, each, name);
    if (oid !== undefined) return oid;
  }
  return undefined;
}

function onlyPart(text: string): string {
  const parts = parseQualifiedName(text);
  if (parts.length > 1) throw new SqlError("42602", "invalid name syntax");
  return parts[0] ?? "";
}

const schemaOid: LookUp = (call, text) => call.image.schemaByName(onlyPart(text))?.oid;
const roleOid: LookUp = (call, text) => call.image.roleByName(onlyPart(text))?.oid;
const collation: LookUp = (call, text) => {
  const parts = parseQualifiedName(text);
  refuseFarName(call.image, parts);
  return findCollation(call.image, lookUpPath(call), parts.slice(-2))?.name.oid;
};

/** Names of operators may be of the characters that numbers and nothing have elsewhere. */
const OPERATORS: ReadonlySet<number> = new Set([oids.REGOPER, oids.REGOPERATOR]);

/** parseDashOrOid: what names no object by its name; null for what is beyond OIDs. */
function writtenOid(type: number, text: string): number | null | undefined {
  if (text === "-" && !OPERATORS.has(type)) return 0;
  if (!/^\d+$/u.test(text)) return undefined;
  const oid = Number(text);
  return oid <= OID_MAX ? oid : null;
}

const OID_MAX = 0xffffffff;

/** Of names without a meaning, of more than one function, and of missing parentheses. */
const NULLS: ReadonlySet<string> = new Set(["42602", "42725", "22P02"]);

/** NULL for what does not exist, and for names that are none; names of too many parts are errors. */
function toRegistered(type: number, lookUp: LookUp): CatalogFunction {
  return (call, [text]) => {
    if (typeof text !== "string") return null;
    const written = writtenOid(type, text);
    if (written !== undefined) return written;
    try {
      if (type !== oids.REGCLASS) requireSchemaIn(call, type, text);
      return lookUp(call, text) ?? null;
    } catch (error) {
      if (error instanceof SqlError && NULLS.has(error.sqlstate)) return null;
      throw error;
    }
  };
}

interface Strict {
  readonly lookUp: LookUp;
  failure(text: string): SqlError;
}

function strictly(type: number): CatalogFunction {
  return (call, [text]) => {
    if (typeof text !== "string") return null;
    return /^\d+$/u.test(text) ? Number(text) : (registeredObjectOid(call, type, text) ?? null);
  };
}

/** The function behind the cast of text, which reads no numbers, and looks for the schema. */
const textRegclass: CatalogFunction = (call, [text]) => {
  if (typeof text !== "string") return null;
  const oid = relationOid(call, text);
  if (oid === undefined) throw noRelation(call, text);
  return oid;
};

/** For texts of values of reg* types. */
export function objectNamer(
  scope: NameScope,
  { quotesAll }: FormatSettings,
): (type: number, oid: number) => string | undefined {
  return (type, oid) => quoting(quotesAll === true, () => registeredObjectName(scope, type, oid));
}

/** The object of that name; undefined for types whose names the type itself knows. */
export function registeredObjectOid(
  call: LookUpScope,
  type: number,
  text: string,
): number | undefined {
  const strict = STRICT.get(type);
  if (strict === undefined) return undefined;
  if (type !== oids.REGCLASS) requireSchemaIn(call, type, text);
  const oid = strict.lookUp(call, text);
  if (oid === undefined) throw strict.failure(text);
  return oid;
}

function missing(sqlstate: string, what: string): (text: string) => SqlError {
  return (text) => {
    const name = parseQualifiedName(text).join(".");
    return new SqlError(sqlstate, `${what} "${name}" does not exist`);
  };
}

/** Built-in objects that the type itself reads; undefined where it refuses. */
function builtinOid(type: number, text: string): number | undefined {
  if (/^\d+$|^-$/u.test(text)) return undefined;
  try {
    const oid = findType(type)?.input(text, -1, { ...DEFAULT_FORMAT, now: 0n });
    return typeof oid === "number" ? oid : undefined;
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

const WORD = /"([^"]*(?:""[^"]*)*)"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/g;
/** No name of a type has more words, but for array bounds and modifiers. */
const WORDS_CUT = 16;

/** As the scanner does; without that a long text would be looked at again and again. */
function withCutNames(text: string): string {
  if (text.length <= NAME_LENGTH) return text;
  let words = 0;
  return text.replace(WORD, (word, quotedName?: string) => {
    if (word.length <= NAME_LENGTH || ++words > WORDS_CUT) return word;
    if (quotedName === undefined) return truncateName(word);
    return `"${truncateName(quotedName.replaceAll('""', '"')).replaceAll('"', '""')}"`;
  });
}

/** Units of a text that may have a name that is cut. */
const NAME_LENGTH = 20;

const typeOid: LookUp = (call, written) => {
  const text = withCutNames(written);
  return builtinOid(oids.REGTYPE, text) ?? quotedBuiltin(text) ?? typeOidByText(call, text);
};

const noType = (text: string): SqlError =>
  new SqlError("42704", `type "${writtenTypeName(text).shown}" does not exist`);

/** Of to_regtype: what does not exist is NULL, what is no name of a type at all is an error. */
const softType: LookUp = (call, written) => {
  const text = withCutNames(written);
  const builtin = builtinOid(oids.REGTYPE, text);
  if (builtin !== undefined || text.trim() === "") return builtin;
  refuseFarName(call.image, writtenTypeName(text).parts);
  return typeOid(call, text);
};

/** As LookupTypeName: a schema before the name has to exist. */
function existingType(call: LookUpScope, written: string): number {
  const text = withCutNames(written);
  const builtin = builtinOid(oids.REGTYPE, text);
  if (builtin !== undefined) return builtin;
  refuseTypeSyntax(text);
  const oid = typeOid(call, text);
  if (oid !== undefined) return oid;
  const { parts } = writtenTypeName(text);
  refuseFarName(call.image, parts);
  throw noSchemaIn(call.image, parts) ?? noType(text);
}

/** The error if a schema is written before a name and there is none such. */
function noSchemaOf({ image }: LookUpScope, text: string): SqlError | undefined {
  return noSchemaIn(image, parseQualifiedName(text));
}

function noSchemaIn(image: LookUpScope["image"], parts: readonly string[]): SqlError | undefined {
  const schema = parts.at(-2);
  if (schema === undefined || image.schemaByName(schema) !== undefined) return undefined;
  return new SqlError("3F000", `schema "${schema}" does not exist`);
}

/** The error of RangeVarGetRelid; regclass itself does not look at the schema. */
export function noRelation(call: LookUpScope, text: string): SqlError {
  return noSchemaOf(call, text) ?? missing("42P01", "relation")(text);
}

/** A type of pg_catalog with every part of its name in quotes, as generated statements have it. */
function quotedBuiltin(text: string): number | undefined {
  if (!text.includes('"') || /[([]/u.test(text)) return undefined;
  const parts = parseQualifiedName(text);
  const schema = parts.at(-2);
  if (schema !== undefined && schema !== "pg_catalog") return undefined;
  return typeByName(parts.at(-1) ?? "")?.oid;
}

/** The name of the object, undefined if it is none of the catalog's. */
export function registeredObjectName(
  call: NameScope,
  type: number,
  oid: number,
): string | undefined {
  switch (type) {
    case oids.REGCLASS:
      return relationName(call, oid);
    case oids.REGNAMESPACE:
      return quoted(call.image.schemaByOid(oid)?.name);
    case oids.REGROLE: {
      const role = call.image.objects.get(oid);
      return quoted(role?.kind === "role" ? role.name : undefined);
    }
    case oids.REGCOLLATION: {
      const own = call.image.objects.get(oid);
      return own?.kind === "collation" ? qualifiedIfHidden(call, own) : quoted(collationName(oid));
    }
    case oids.REGOPER: {
      const own = call.image.objects.get(oid);
      return own?.kind === "operator" ? operatorName(call, own) : undefined;
    }
    case oids.REGOPERATOR: {
      const own = call.image.objects.get(oid);
      return own?.kind === "operator" ? operatorSignature(call, own) : undefined;
    }
    case oids.REGPROC: {
      const routine = call.image.objects.get(oid);
      return routine?.kind === "function" ? routineName(call, routine) : undefined;
    }
    case oids.REGPROCEDURE: {
      const routine = call.image.objects.get(oid);
      return routine?.kind === "function" ? routineSignature(call, routine) : undefined;
    }
    case oids.REGTYPE: {
      const name = typeName(call, oid);
      return name === "???" ? undefined : name;
    }
    default:
      return undefined;
  }
}

function qualifiedIfHidden(call: NameScope, { schema, name }: NamedObject): string {
  const place = call.image.schemaByOid(schema)?.name ?? "";
  const own = quoteIdentifier(name);
  return lookUpPath(call).includes(place) ? own : `${quoteIdentifier(place)}.${own}`;
}

function quoted(name: string | undefined): string | undefined {
  return name === undefined ? undefined : quoteIdentifier(name);
}

function output(type: number): CatalogFunction {
  return (call, [oid]) => {
    if (oid === 0) return noObject(type);
    return typeof oid === "number" ? (registeredObjectName(call, type, oid) ?? null) : null;
  };
}

const procedure: LookUp = (call, text) => procedureOid(call, text, (name) => typeOid(call, name));

const operator: LookUp = (call, text) =>
  operatorWithOperands(call, text, (name) => typeOid(call, name));

const procedureOfTypes: LookUp = (call, text) =>
  procedureOid(call, text, (name) => existingType(call, name));

const operatorOfTypes: LookUp = (call, text) =>
  operatorWithOperands(call, text, (name) => existingType(call, name));

const noFunction = (text: string): SqlError =>
  new SqlError("42883", `function "${text}" does not exist`);

const noOperator = (text: string): SqlError =>
  new SqlError("42883", `operator does not exist: ${text}`);

const STRICT: ReadonlyMap<number, Strict> = new Map([
  [oids.REGPROC, { lookUp: procOid, failure: noFunction }],
  [oids.REGPROCEDURE, { lookUp: procedureOfTypes, failure: noFunction }],
  [oids.REGOPER, { lookUp: operatorOid, failure: noOperator }],
  [oids.REGOPERATOR, { lookUp: operatorOfTypes, failure: noOperator }],
  [oids.REGCLASS, { lookUp: relationOid, failure: missing("42P01", "relation") }],
  [oids.REGNAMESPACE, { lookUp: schemaOid, failure: missing("3F000", "schema") }],
  [oids.REGROLE, { lookUp: roleOid, failure: missing("42704", "role") }],
  [
    oids.REGCOLLATION,
    {
      lookUp: collation,
      failure: (text: string) => {
        const name = parseQualifiedName(text).join(".");
        return new SqlError("42704", `collation "${name}" for encoding "UTF8" does not exist`);
      },
    },
  ],
  [oids.REGTYPE, { lookUp: existingType, failure: noType }],
]);

export const REGISTERED_OBJECT_FUNCTIONS: Readonly<Record<string, CatalogFunction>> = {
  type_number: (call, [text]) =>
    typeof text === "string" ? (typeByText(call, text)?.type ?? null) : null,
  to_regclass: toRegistered(oids.REGCLASS, relationOid),
  to_regclass_strict: strictly(oids.REGCLASS),
  text_regclass: textRegclass,
  to_regnamespace: toRegistered(oids.REGNAMESPACE, schemaOid),
  to_regnamespace_strict: strictly(oids.REGNAMESPACE),
  to_regrole: toRegistered(oids.REGROLE, roleOid),
  to_regrole_strict: strictly(oids.REGROLE),
  to_regcollation: toRegistered(oids.REGCOLLATION, collation),
  to_regcollation_strict: strictly(oids.REGCOLLATION),
  to_regtype: toRegistered(oids.REGTYPE, softType),
  to_regtype_strict: strictly(oids.REGTYPE),
  to_regproc: toRegistered(oids.REGPROC, procOid),
  to_regproc_strict: strictly(oids.REGPROC),
  to_regprocedure: toRegistered(oids.REGPROCEDURE, procedure),
  to_regprocedure_strict: strictly(oids.REGPROCEDURE),
  regprocout: output(oids.REGPROC),
  regprocedureout: output(oids.REGPROCEDURE),
  to_regoper: toRegistered(oids.REGOPER, operatorOid),
  to_regoper_strict: strictly(oids.REGOPER),
  to_regoperator: toRegistered(oids.REGOPERATOR, operator),
  to_regoperator_strict: strictly(oids.REGOPERATOR),
  regoperout: output(oids.REGOPER),
  regoperatorout: output(oids.REGOPERATOR),
  regtypeout: output(oids.REGTYPE),
  regclassout: output(oids.REGCLASS),
  regnamespaceout: output(oids.REGNAMESPACE),
  regroleout: output(oids.REGROLE),
  regcollationout: output(oids.REGCOLLATION),
};

export { relationOid };
