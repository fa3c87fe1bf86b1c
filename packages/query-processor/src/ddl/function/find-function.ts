/** Functions and procedures that DROP and ALTER name, by their argument types (LookupFuncWithArgs). */
import { FIRST_USER_OID } from "../../catalog/builtin-objects.ts";
import { SqlError, featureNotSupported } from "@firstlight/common";
import { typeName } from "../../catalog-functions/object-names.ts";
import { rangeProcsNamed, rangeTypeOf } from "../../catalog/virtual/range-functions.ts";
import type { ProcRow } from "@firstlight/sql";
import { formatType, procsByName, typeOid } from "@firstlight/sql";
import { UserRoutine, userRoutine } from "../../bind/routine/user-routine.ts";
import type { FunctionDescriptor } from "../../catalog/descriptors.ts";
import { asTag, flag, list, names, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import type { DdlContext, NameContext } from "../ddl-context.ts";
import { imageOf } from "../ddl-context.ts";
import { refuseFarName } from "../../catalog/far-name.ts";
import { typeNamed, typeText } from "./function-types.ts";

export type RoutineKind = "function" | "procedure" | "routine" | "aggregate";

export const ROUTINE_KINDS: Readonly<Record<string, RoutineKind>> = {
  OBJECT_FUNCTION: "function",
  OBJECT_PROCEDURE: "procedure",
  OBJECT_ROUTINE: "routine",
  OBJECT_AGGREGATE: "aggregate",
};

function inSchema(context: NameContext, schema: string, name: string): readonly ProcRow[] {
  const oid = imageOf(context).schemaByName(schema)?.oid;
  if (oid === undefined) throw new SqlError("3F000", `schema "${schema}" does not exist`);
  const builtIn = procsByName(name).filter((proc) => proc.namespace === oid);
  const own = imageOf(context)
    .functionsNamed(name)
    .filter((each) => each.schema === oid);
  const ofRanges = rangeProcsNamed(imageOf(context), oid, name);
  return [...builtIn, ...ofRanges, ...own.map(userRoutine)];
}

/** In the order of the search path; of those with the same types the first is meant. */
export function candidates(context: NameContext, parts: readonly string[]): readonly ProcRow[] {
  refuseFarName(imageOf(context), parts);
  const name = parts.at(-1) ?? "";
  const schema = parts.at(-2);
  if (schema !== undefined) return inSchema(context, schema, name);
  const path = context.searchPath.includes("pg_catalog")
    ? context.searchPath
    : ["pg_catalog", ...context.searchPath];
  const all = path.flatMap((each) => inSchema(context, each, name));
  return all.filter(
    (proc, at) => all.findIndex((other) => other.argTypes.join() === proc.argTypes.join()) === at,
  );
}

function argumentTypes(context: NameContext, nodes: readonly ParseNode[]): readonly number[] {
  return nodes.map((node) => {
    const fields = asTag(node, "TypeName") ?? {};
    const type = typeNamed(context, fields);
    if (type !== undefined) return type;
    throw new SqlError("42704", `type "${typeText(fields)}" does not exist`);
  });
}

/** Types of all parameters where none is marked IN or OUT: procedures are found by them, too. */
function allTypes(context: NameContext, fields: ParseNode): readonly number[] | undefined {
  const parameters = list(fields, "objfuncargs").map((each) => asTag(each, "FunctionParameter"));
  if (parameters.some((each) => string(each ?? {}, "mode") !== "FUNC_PARAM_DEFAULT")) {
    return undefined;
  }
  return argumentTypes(
    context,
    parameters.map((each) => ({ TypeName: (each ?? {})["argType"] })),
  );
}

function withOutputs(proc: ProcRow): readonly number[] {
  const { allArgTypes, argModes, argTypes } = proc;
  if (allArgTypes === null) return argTypes;
  return allArgTypes.filter((_, at) => argModes?.[at] !== "t");
}

function isWanted(proc: ProcRow, kind: RoutineKind): boolean {
  if (kind === "routine") return true;
  return kind === "procedure" ? proc.kind === "p" : proc.kind !== "p";
}

interface Lookup {
  readonly parts: readonly string[];
  readonly kind: RoutineKind;
  /** Undefined: the statement has no list of arguments. */
  readonly types: readonly number[] | undefined;
}

function text({ parts, types }: Lookup): string {
  return `${parts.join(".")}(${(types ?? []).map((type) => formatType(type)).join(", ")})`;
}

function missing(lookup: Lookup): SqlError {
  const { parts, kind, types } = lookup;
  const noun = kind === "routine" ? "function" : kind;
  if (types === undefined) {
    const article = noun === "aggregate" ? "an" : "a";
    return new SqlError("42883", `could not find ${article} ${noun} named "${parts.join(".")}"`);
  }
  const name = noun === "aggregate" && types.length === 0 ? `${parts.join(".")}(*)` : text(lookup);
  return new SqlError("42883", `${noun} ${name} does not exist`);
}

function notUnique({ parts, kind, types }: Lookup): SqlError {
  const hint = `Specify the argument list to select the ${kind} unambiguously.`;
  return new SqlError(
    "42725",
    `${kind} name "${parts.join(".")}" is not unique`,
    types === undefined ? { hint } : {},
  );
}

function checkKind(lookup: Lookup, proc: ProcRow): void {
  const { kind } = lookup;
  if (kind === "function" && proc.kind === "p") {
    throw new SqlError("42809", `${text(lookup)} is not a function`);
  }
  if (kind === "procedure" && proc.kind !== "p") {
    throw new SqlError("42809", `${text(lookup)} is not a procedure`);
  }
  if (kind === "aggregate" && proc.kind !== "a") {
    throw new SqlError("42809", `function ${text(lookup)} is not an aggregate`);
  }
}

function sameTypes(own: readonly number[], wanted: readonly number[]): boolean {
  return own.map(typeOid).join() === wanted.map(typeOid).join();
}

/** Any routine, also one that comes with a range type: its OID holds within a statement only. */
export function lookUpRoutine(context: NameContext, fields: ParseNode, kind: RoutineKind): ProcRow {
  const parts = names(fields, "objname");
  const unspecified = flag(fields, "args_unspecified");
  const types = unspecified ? undefined : argumentTypes(context, list(fields, "objargs"));
  const lookup: Lookup = { parts, kind, types };
  const all = candidates(context, parts);
  const found = new Set(
    types === undefined
      ? all.filter((proc) => isWanted(proc, kind))
      : all.filter((proc) => sameTypes(proc.argTypes, types)),
  );
  if (types !== undefined && (kind === "procedure" || kind === "routine")) {
    const whole = allTypes(context, fields)?.join();
    for (const proc of all) {
      if (proc.kind === "p" && withOutputs(proc).join() === whole) found.add(proc);
    }
  }
  const [only] = found;
  if (only === undefined) throw missing(lookup);
  if (found.size > 1) throw notUnique(lookup);
  checkKind(lookup, only);
  return only;
}

/** A routine about which something can be kept. */
export function findRoutine(context: NameContext, fields: ParseNode, kind: RoutineKind): ProcRow {
  const found = lookUpRoutine(context, fields, kind);
  if (rangeTypeOf(imageOf(context), found.oid) === undefined) return found;
  throw featureNotSupported("a comment on, a privilege on or a change of a range type's function");
}

function refuseDropOfRange(context: NameContext, proc: ProcRow): void {
  const type = rangeTypeOf(imageOf(context), proc.oid);
  if (type === undefined) return;
  const owner = typeName({ image: imageOf(context), searchPath: context.searchPath }, type);
  const types = proc.argTypes.map((each) => formatType(each)).join(",");
  const text = `cannot drop function ${proc.name}(${types}) because type ${owner} requires it`;
  throw new SqlError("2BP01", text, { hint: `You can drop type ${owner} instead.` });
}

/** As findRoutine, for a function that a user made. */
export function findUserRoutine(
  context: DdlContext,
  fields: ParseNode,
  kind: RoutineKind,
  verb: "drop" | "alter",
): FunctionDescriptor {
  const proc = lookUpRoutine(context, fields, kind);
  if (verb === "drop") refuseDropOfRange(context, proc);
  else findRoutine(context, fields, kind);
  if (proc instanceof UserRoutine && proc.oid >= FIRST_USER_OID) return proc.descriptor;
  const types = proc.argTypes.map((type) => formatType(type)).join(",");
  if (verb === "drop") {
    throw new SqlError(
      "2BP01",
      `cannot drop function ${proc.name}(${types}) because it is required by the database system`,
    );
  }
  throw new SqlError("42501", `permission denied: "${proc.name}" is a system function`);
}
