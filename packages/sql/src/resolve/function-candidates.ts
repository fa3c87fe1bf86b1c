/**
 * The functions that a call might mean by its name, number and names of arguments:
 * PostgreSQL's FuncnameGetCandidates with MatchNamedCall.
 */
import { PG_CATALOG } from "../catalog/namespaces.ts";
import { type ProcRow, procsByName } from "../catalog/proc-catalog.ts";
import { baseElementTypeOid } from "../catalog/type-catalog.ts";
import { ANY } from "./pseudo-types.ts";
import { sameTypes } from "./candidates.ts";
import { resolveError } from "./resolve-context.ts";

/** One way to read a call. */
export interface FunctionCandidate {
  readonly proc: ProcRow;
  /** Parameter types in the order of the arguments given; a VARIADIC one is repeated. */
  readonly argTypes: readonly number[];
  /** For each parameter the index of its argument, undefined where the default is taken. */
  readonly argumentOf: readonly (number | undefined)[];
  /** How many arguments the VARIADIC parameter took, 0 when it was not expanded. */
  readonly variadicCount: number;
}

export interface FunctionCallShape {
  /** As written: ["lower"] or ["pg_catalog", "lower"]. */
  readonly names: readonly string[];
  readonly argCount: number;
  /** Names of the last arguments when given as name => value. */
  readonly argNames: readonly string[];
  /** The last argument was marked VARIADIC, so the parameter is not expanded. */
  readonly variadicArray: boolean;
  readonly position: number;
}

const BUILT_IN_SCHEMAS: Readonly<Record<string, number>> = {
  pg_catalog: PG_CATALOG,
  information_schema: 13127,
};

function inNamespace(proc: ProcRow, schema: string | undefined): boolean {
  if (schema === undefined || schema === "pg_catalog") return proc.namespace === PG_CATALOG;
  return proc.namespace !== PG_CATALOG;
}

function proceduresNamed({ names, position }: FunctionCallShape): readonly ProcRow[] {
  const name = names.at(-1) ?? "";
  const schema = names.length > 1 ? names.at(-2) : undefined;
  if (schema !== undefined && schema !== "public" && BUILT_IN_SCHEMAS[schema] === undefined) {
    throw resolveError("3F000", `schema "${schema}" does not exist`, position);
  }
  if (schema === "public") return [];
  return procsByName(name).filter((proc) => inNamespace(proc, schema));
}

/** Names of the input parameters, in order. */
function inputNames(proc: ProcRow): readonly string[] {
  const names = proc.argNames ?? [];
  const modes = proc.argModes;
  return modes === null ? names : names.filter((_, index) => "ibv".includes(modes[index] ?? "i"));
}

function missingHaveDefaults(proc: ProcRow, argumentOf: readonly (number | undefined)[]): boolean {
  const firstDefault = proc.argTypes.length - proc.defaultCount;
  return argumentOf.every((argument, index) => argument !== undefined || index >= firstDefault);
}

function matchNamed(proc: ProcRow, shape: FunctionCallShape): FunctionCandidate | undefined {
  const positional = shape.argCount - shape.argNames.length;
  const parameters = inputNames(proc);
  const argumentOf: (number | undefined)[] = proc.argTypes.map((_, index) =>
    index < positional ? index : undefined,
  );
  for (const [index, name] of shape.argNames.entries()) {
    const parameter = parameters.indexOf(name);
    if (parameter < 0 || argumentOf[parameter] !== undefined) return undefined;
    argumentOf[parameter] = positional + index;
  }
  if (!missingHaveDefaults(proc, argumentOf)) return undefined;
  return candidate(proc, argumentOf, 0);
}

function candidate(
  proc: ProcRow,
  argumentOf: readonly (number | undefined)[],
  variadicCount: number,
): FunctionCandidate {
  const argTypes: number[] = [];
  for (const [parameter, argument] of argumentOf.entries()) {
    if (argument !== undefined) argTypes[argument] = proc.argTypes[parameter] ?? 0;
  }
  return { proc, argTypes, argumentOf, variadicCount };
}

function matchPositional(proc: ProcRow, argCount: number): FunctionCandidate | undefined {
  const count = proc.argTypes.length;
  if (count < argCount || argCount + proc.defaultCount < count) return undefined;
  const argumentOf = proc.argTypes.map((_, index) => (index < argCount ? index : undefined));
  return candidate(proc, argumentOf, 0);
}

function matchVariadic(proc: ProcRow, argCount: number): FunctionCandidate | undefined {
  const fixed = proc.argTypes.length - 1;
  if (argCount < proc.argTypes.length) return undefined;
  const variadicCount = argCount - fixed;
  const argTypes = [
    ...proc.argTypes.slice(0, fixed),
    ...Array.from({ length: variadicCount }, () => proc.variadic),
  ];
  return { proc, argTypes, argumentOf: argTypes.map((_, index) => index), variadicCount };
}

function match(proc: ProcRow, shape: FunctionCallShape): FunctionCandidate | undefined {
  const expand = proc.variadic !== 0 && !shape.variadicArray;
  if (shape.argNames.length > 0) return expand ? undefined : matchNamed(proc, shape);
  if (shape.variadicArray && proc.variadic === 0) return undefined;
  return expand ? matchVariadic(proc, shape.argCount) : matchPositional(proc, shape.argCount);
}

/** Of two readings with the same types the one that needs no expansion and no defaults stands. */
function withoutDuplicates(candidates: readonly FunctionCandidate[]): readonly FunctionCandidate[] {
  const cost = (each: FunctionCandidate): number =>
    (each.variadicCount > 0 ? 2 : 0) + (each.argumentOf.includes(undefined) ? 1 : 0);
  return candidates.filter(
    (each, index) =>
      !candidates.some(
        (other, otherIndex) =>
          otherIndex !== index &&
          sameTypes(other.argTypes, each.argTypes) &&
          cost(other) < cost(each),
      ),
  );
}

export function functionCandidates(shape: FunctionCallShape): readonly FunctionCandidate[] {
  const matching = proceduresNamed(shape).flatMap((proc) => match(proc, shape) ?? []);
  return matching.length > 1 ? withoutDuplicates(matching) : matching;
}

/** Whether a VARIADIC "any" argument given as an array is one. */
export function isVariadicAny(proc: ProcRow): boolean {
  return proc.variadic === ANY;
}

export function isArrayType(type: number): boolean {
  return baseElementTypeOid(type) !== 0;
}
