/** CREATE CAST (CreateCast): by a function, by text, or by taking the value as it is. */
import { SqlError, featureNotSupported } from "@firstlight/common";
import {
  type ProcRow,
  elementTypeOid,
  findCast,
  formatType,
  isBinaryCoercible,
  oids,
  typeOid,
  typeRow,
} from "@firstlight/sql";
import type { CastDescriptor } from "../../catalog/cast-descriptor.ts";
import { owns } from "../../privileges/access-check.ts";
import { child, flag, requiredChild, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext } from "../ddl-context.ts";
import { applyChanges, imageOf, newOid, ownerOf } from "../ddl-context.ts";
import { castBetween } from "./drop-cast.ts";
import { findRoutine } from "./find-function.ts";
import { typeNamed, typeText } from "./function-types.ts";

const INVALID = "42P17";

const CONTEXTS: Readonly<Record<string, CastDescriptor["context"]>> = {
  COERCION_IMPLICIT: "implicit",
  COERCION_ASSIGNMENT: "assignment",
};

function typeOf(context: DdlContext, statement: ParseNode, field: string): number {
  const fields = requiredChild(statement, field);
  const type = typeNamed(context, fields);
  if (type === undefined) throw new SqlError("42704", `type "${typeText(fields)}" does not exist`);
  const side = field === "sourcetype" ? "source" : "target";
  if (typeRow(type)?.kind === "p") {
    throw new SqlError("42809", `${side} data type ${formatType(type)} is a pseudo-type`);
  }
  return type;
}

function requireOwner(context: DdlContext, types: readonly number[]): void {
  const image = imageOf(context);
  const isOwn = types.some((type) => {
    const object = image.objects.get(typeOid(type));
    return object !== undefined && "owner" in object && owns(image, object.owner, ownerOf(context));
  });
  const role = image.objects.get(ownerOf(context));
  if (isOwn || (role?.kind === "role" && role.superuser)) return;
  const [source, target] = types.map((type) => formatType(type));
  throw new SqlError("42501", `must be owner of type ${source} or type ${target}`);
}

/** Casts go by base types: what is about a domain would never be looked at. */
function warnOfDomains(context: DdlContext, source: number, target: number): void {
  const side = typeRow(source)?.kind === "d" ? "source" : "target";
  if (side === "target" && typeRow(target)?.kind !== "d") return;
  const text = `cast will be ignored because the ${side} data type is a domain`;
  context.session.notice("WARNING", "42809", text);
}

function checkFunction(proc: ProcRow, source: number, target: number): void {
  const [first = 0, second = oids.INT4, third = oids.BOOL, ...more] = proc.argTypes;
  const refuse = (text: string): never => {
    throw new SqlError(INVALID, text);
  };
  if (proc.argTypes.length === 0 || more.length > 0) {
    refuse("cast function must take one to three arguments");
  }
  if (!isBinaryCoercible(source, first)) {
    refuse("argument of cast function must match or be binary-coercible from source data type");
  }
  if (second !== oids.INT4) refuse("second argument of cast function must be type integer");
  if (third !== oids.BOOL) refuse("third argument of cast function must be type boolean");
  if (!isBinaryCoercible(proc.returnType, target)) {
    const text =
      "return data type of cast function must match or be binary-coercible to target data type";
    refuse(text);
  }
  if (proc.kind !== "f") refuse("cast function must be a normal function");
  if (proc.returnsSet) refuse("cast function must not return a set");
}

function refuseKind(type: number): void {
  const kind = typeRow(type)?.kind;
  const refuse = (text: string): never => {
    throw new SqlError(INVALID, text);
  };
  if (kind === "c") refuse("composite data types are not binary-compatible");
  if (kind === "e") refuse("enum data types are not binary-compatible");
  if (elementTypeOid(type) !== 0) refuse("array data types are not binary-compatible");
  if (kind === "d") refuse("domain data types must not be marked binary-compatible");
}

/** Types whose values are the same here where their bytes are the same there. */
const ALIKE: readonly ReadonlySet<number>[] = [
  new Set([oids.TEXT, oids.VARCHAR, oids.BPCHAR, oids.JSON_TYPE]),
  new Set([oids.INT4, oids.OID, oids.XID, oids.CID, oids.REGCLASS, oids.REGTYPE, oids.REGPROC]),
  new Set([oids.INT8, oids.TIMESTAMP, oids.TIMESTAMPTZ]),
];

function checkBinary(context: DdlContext, source: number, target: number): void {
  const role = imageOf(context).objects.get(ownerOf(context));
  if (role?.kind !== "role" || !role.superuser) {
    throw new SqlError("42501", "must be superuser to create a cast WITHOUT FUNCTION");
  }
  const [from, to] = [typeRow(source), typeRow(target)];
  if (from?.length !== to?.length || from?.byValue !== to?.byValue) {
    throw new SqlError(INVALID, "source and target data types are not physically compatible");
  }
  for (const type of [source, target]) refuseKind(type);
  if (ALIKE.some((each) => each.has(source) && each.has(target))) return;
  const types = `${formatType(source)} and ${formatType(target)}`;
  throw featureNotSupported(`a cast WITHOUT FUNCTION between ${types}`);
}

type Way = Pick<CastDescriptor, "method" | "proc">;

function wayOf(context: DdlContext, statement: ParseNode, source: number, target: number): Way {
  const named = child(statement, "func");
  if (named !== undefined) {
    const proc = findRoutine(context, named, "function");
    checkFunction(proc, source, target);
    if (source === target && proc.argTypes.length < 2) refuseSame();
    return { method: "function", proc: proc.oid };
  }
  const isText = flag(statement, "inout");
  if (!isText) checkBinary(context, source, target);
  if (source === target) refuseSame();
  return { method: isText ? "inout" : "binary", proc: 0 };
}

function refuseSame(): never {
  throw new SqlError(INVALID, "source data type and target data type are the same");
}

export async function createCast(context: DdlContext, statement: ParseNode): Promise<void> {
  const sourceType = typeOf(context, statement, "sourcetype");
  const targetType = typeOf(context, statement, "targettype");
  requireOwner(context, [sourceType, targetType]);
  warnOfDomains(context, sourceType, targetType);
  const way = wayOf(context, statement, sourceType, targetType);
  if (castBetween(context, sourceType, targetType) ?? findCast(sourceType, targetType)) {
    const types = `type ${formatType(sourceType)} to type ${formatType(targetType)}`;
    throw new SqlError("42710", `cast from ${types} already exists`);
  }
  const put: CastDescriptor = {
    kind: "cast",
    oid: await newOid(context),
    sourceType,
    targetType,
    context: CONTEXTS[string(statement, "context")] ?? "explicit",
    ...way,
  };
  applyChanges(context, [{ put }]);
}
