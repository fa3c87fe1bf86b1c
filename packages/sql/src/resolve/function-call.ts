/**
 * Turns a call as written into a call of one pg_proc entry with its arguments coerced: PostgreSQL's
 * ParseFuncOrColumn. Aggregates and window functions are resolved here too; the query processor
 * makes the nodes for them, for it knows the query.
 */
import { SqlError } from "@firstlight/common";
import { aggregateByProc } from "../catalog/aggregate-catalog.ts";
import { formatType } from "../catalog/format-type.ts";
import { procByOid, type ProcRow } from "../catalog/proc-catalog.ts";
import { arrayTypeOid } from "../catalog/type-catalog.ts";
import { expressionLocation } from "../expression/location.ts";
import type { Call, Expr, WrittenArgument } from "../expression/tree.ts";
import { ANY } from "./pseudo-types.ts";
import { castExpr, coerceType } from "./coerce.ts";
import { defaultArgument } from "./default-arguments.ts";
import {
  type FunctionCandidate,
  type FunctionCallShape,
  isArrayType,
} from "./function-candidates.ts";
import {
  ambiguousFunction,
  functionSignature,
  lookupFunction,
  undefinedFunction,
} from "./function-lookup.ts";
import { enforceGenericTypeConsistency } from "./polymorphism.ts";
import { type ResolveContext, resolveError } from "./resolve-context.ts";

export interface FunctionCallSyntax {
  readonly names: readonly string[];
  readonly args: readonly Expr[];
  /** Names of the last arguments when given as name => value. */
  readonly argNames?: readonly string[];
  /** Where the names stand, for errors about them. */
  readonly argNamePositions?: readonly number[];
  readonly variadic?: boolean;
  /** f(*) */
  readonly star?: boolean;
  readonly distinct?: boolean;
  /** ORDER BY inside the parentheses; WITHIN GROUP arguments are in `args` after the direct ones. */
  readonly ordered?: boolean;
  readonly withinGroup?: boolean;
  readonly filtered?: boolean;
  readonly over?: boolean;
  /** CALL: the name is a procedure's, and OUT parameters have arguments, too. */
  readonly withOut?: boolean;
  readonly position: number;
}

export type ResolvedFunction =
  | { readonly kind: "expr"; readonly expr: Expr }
  | {
      readonly kind: "scalar" | "set" | "aggregate" | "window";
      readonly proc: ProcRow;
      /** Coerced, in the order of the parameters, defaults filled in, VARIADIC ones packed. */
      readonly args: readonly Expr[];
      /** Actual result type; of the element for a set-returning function. */
      readonly type: number;
      /** The last argument is an array for VARIADIC; for VARIADIC "any" it is spread at run time. */
      readonly variadicArray: boolean;
      readonly written?: readonly WrittenArgument[];
    };

function shapeOf(context: ResolveContext, syntax: FunctionCallSyntax): FunctionCallShape {
  return {
    names: syntax.names,
    argCount: syntax.args.length,
    argNames: syntax.argNames ?? [],
    variadicArray: syntax.variadic ?? false,
    position: syntax.position,
    routines: context.routines,
    withOut: syntax.withOut ?? false,
  };
}

function missingArgument(context: ResolveContext, proc: ProcRow, parameter: number): Expr {
  const isBuiltIn = procByOid(proc.oid) === proc;
  const own = isBuiltIn ? undefined : context.routines?.defaultOf(proc, parameter);
  return own ?? defaultArgument(context, proc, parameter);
}

/** Arguments in the order of the parameters, with defaults for those not given. */
function inParameterOrder(
  context: ResolveContext,
  candidate: FunctionCandidate,
  args: readonly Expr[],
): readonly Expr[] {
  return candidate.argumentOf.map((argument, parameter) => {
    const given = argument === undefined ? undefined : args[argument];
    return given ?? missingArgument(context, candidate.proc, parameter);
  });
}

function writtenArguments(
  { argumentOf }: FunctionCandidate,
  { args, argNames = [] }: FunctionCallSyntax,
): { readonly written?: readonly WrittenArgument[] } {
  if (argNames.length === 0 && !argumentOf.includes(undefined)) return {};
  const unnamed = args.length - argNames.length;
  const written = args.map((_, argument): WrittenArgument => {
    const name = argNames[argument - unnamed];
    const at = argumentOf.indexOf(argument);
    return name === undefined ? { at } : { at, name };
  });
  return { written };
}

function declaredTypes(candidate: FunctionCandidate): readonly number[] {
  return candidate.argumentOf.map((argument, parameter) =>
    argument === undefined
      ? (candidate.proc.argTypes[parameter] ?? 0)
      : (candidate.argTypes[argument] ?? 0),
  );
}

/** Implicit coercion of call arguments to the types that resolution found. */
export function coerceArguments(
  context: ResolveContext,
  args: readonly Expr[],
  types: readonly number[],
): readonly Expr[] {
  return args.map((arg, index) =>
    coerceType(context, arg, {
      type: types[index] ?? arg.type,
      typmod: -1,
      context: "implicit",
      display: "implicitCast",
      position: -1,
    }),
  );
}

function packVariadic(args: readonly Expr[], count: number): readonly Expr[] {
  const fixed = args.slice(0, args.length - count);
  const elements = args.slice(args.length - count);
  const first = elements[0];
  const elementType = first?.type ?? 0;
  const type = arrayTypeOid(elementType);
  if (type === 0) {
    throw new SqlError(
      "42704",
      `could not find array type for data type ${formatType(elementType)}`,
    );
  }
  return [
    ...fixed,
    {
      kind: "array",
      type,
      typmod: -1,
      position: first?.position ?? -1,
      elementType,
      elements,
      multidims: false,
    },
  ];
}

function refuseUnlessAggregate(syntax: FunctionCallSyntax, proc: ProcRow): void {
  const name = syntax.names.join(".");
  const wrong = (message: string): never => {
    throw resolveError("42809", message, syntax.position);
  };
  if (syntax.star === true) wrong(`${name}(*) specified, but ${name} is not an aggregate function`);
  if (syntax.distinct === true)
    wrong(`DISTINCT specified, but ${name} is not an aggregate function`);
  if (syntax.withinGroup === true)
    wrong(`WITHIN GROUP specified, but ${name} is not an aggregate function`);
  if (syntax.ordered === true)
    wrong(`ORDER BY specified, but ${name} is not an aggregate function`);
  if (syntax.filtered === true) wrong(`FILTER specified, but ${name} is not an aggregate function`);
  if (syntax.over === true && proc.kind === "f") {
    wrong(`OVER specified, but ${name} is not a window function nor an aggregate function`);
  }
}

/** Ordered-set and hypothetical-set aggregates want WITHIN GROUP, the others refuse it. */
function checkWithinGroup(syntax: FunctionCallSyntax, proc: ProcRow): void {
  const name = syntax.names.join(".");
  const wants = (aggregateByProc(proc.oid)?.kind ?? "n") !== "n";
  if (wants && syntax.withinGroup !== true) {
    throw resolveError(
      "42809",
      `WITHIN GROUP is required for ordered-set aggregate ${name}`,
      syntax.position,
    );
  }
  if (wants || syntax.withinGroup !== true) return;
  throw resolveError(
    "42809",
    `${name} is not an ordered-set aggregate, so it cannot have WITHIN GROUP`,
    syntax.position,
  );
}

function checkKind(syntax: FunctionCallSyntax, shape: FunctionCallShape, proc: ProcRow): void {
  const name = syntax.names.join(".");
  if (proc.kind === "p" && syntax.withOut !== true) {
    throw resolveError(
      "42809",
      `${functionSignature(
        shape,
        syntax.args.map((arg) => arg.type),
      )} is a procedure`,
      syntax.position,
      { hint: "To call a procedure, use CALL." },
    );
  }
  if (proc.kind === "w" && syntax.over !== true) {
    throw resolveError("42809", `window function ${name} requires an OVER clause`, syntax.position);
  }
  if (proc.kind === "f") refuseUnlessAggregate(syntax, proc);
  if (proc.kind === "a") checkWithinGroup(syntax, proc);
  if (proc.kind === "a" && syntax.args.length === 0 && syntax.star !== true) {
    throw resolveError(
      "42809",
      `${name}(*) must be used to call a parameterless aggregate function`,
      syntax.position,
    );
  }
}

function checkVariadic(syntax: FunctionCallSyntax, proc: ProcRow): void {
  const last = syntax.args.at(-1);
  if (syntax.variadic !== true || proc.variadic !== ANY || last === undefined) return;
  if (!isArrayType(last.type)) {
    throw resolveError("42804", "VARIADIC argument must be an array", expressionLocation(last));
  }
}

function resultKind(proc: ProcRow): "scalar" | "set" | "aggregate" | "window" {
  if (proc.kind === "a") return "aggregate";
  if (proc.kind === "w") return "window";
  return proc.returnsSet ? "set" : "scalar";
}

function checkNames({ argNames, argNamePositions }: FunctionCallSyntax): void {
  if (argNames === undefined || new Set(argNames).size === argNames.length) return;
  const again = argNames.findIndex((name, index) => argNames.indexOf(name) < index);
  const position = argNamePositions?.[again] ?? -1;
  throw resolveError("42601", `argument name "${argNames[again]}" used more than once`, position);
}

/** Resolves a call; throws PostgreSQL's errors when it has no or several meanings. */
export function resolveFunction(
  context: ResolveContext,
  syntax: FunctionCallSyntax,
): ResolvedFunction {
  checkNames(syntax);
  const shape = shapeOf(context, syntax);
  const argTypes = syntax.args.map((arg) => arg.type);
  const found = lookupFunction(shape, argTypes);
  if (found.kind === "none") throw undefinedFunction(shape, argTypes);
  if (found.kind === "ambiguous") throw ambiguousFunction(shape, argTypes);
  if (found.kind === "coercion") return coercionCall(context, syntax, found.type);
  const { candidate } = found;
  const { proc } = candidate;
  checkKind(syntax, shape, proc);
  checkVariadic(syntax, proc);
  const ordered = inParameterOrder(context, candidate, syntax.args);
  const generic = enforceGenericTypeConsistency(
    ordered.map((arg) => arg.type),
    declaredTypes(candidate),
    proc.returnType,
  );
  const coerced = coerceArguments(context, ordered, generic.argTypes);
  const pack = candidate.variadicCount > 0 && proc.variadic !== ANY;
  return {
    kind: resultKind(proc),
    proc,
    args: pack ? packVariadic(coerced, candidate.variadicCount) : coerced,
    type: generic.resultType,
    variadicArray: pack || syntax.variadic === true,
    ...(pack ? {} : writtenArguments(candidate, syntax)),
  };
}

function coercionCall(
  context: ResolveContext,
  syntax: FunctionCallSyntax,
  type: number,
): ResolvedFunction {
  const [arg] = syntax.args;
  if (arg === undefined) throw new Error("a coercion call has one argument");
  return { kind: "expr", expr: castExpr(context, arg, type, -1, syntax.position) };
}

/**
 * A call of a plain function as an expression. Set-returning functions come back as calls as well
 * (requireProc(call.proc).returnsSet); aggregates and window functions need resolveFunction.
 */
export function makeFunctionCall(context: ResolveContext, syntax: FunctionCallSyntax): Expr {
  const resolved = resolveFunction(context, syntax);
  if (resolved.kind === "expr") return resolved.expr;
  if (resolved.kind === "aggregate" || resolved.kind === "window") {
    throw new Error(`${resolved.proc.name} is not a plain function`);
  }
  const call: Call = {
    kind: "call",
    type: resolved.type,
    typmod: -1,
    position: syntax.position,
    proc: resolved.proc.oid,
    args: resolved.args,
    display: "function",
    operator: 0,
    ...(resolved.written === undefined ? {} : { written: resolved.written }),
  };
  return resolved.variadicArray ? { ...call, variadicArray: true } : call;
}
