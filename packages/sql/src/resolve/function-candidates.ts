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
import type { PlacedProc, RoutineSource } from "./routine-source.ts";

/** One way to read a call. */
export interface FunctionCandidate {
  readonly proc: ProcRow;
  /** Parameter types in the order of the arguments given; a VARIADIC one is repeated. */
  readonly argTypes: readonly number[];
  /** For each parameter the index of its argument, undefined where the default is taken. */
  readonly argumentOf: readonly (number | undefined)[];
  /** How many arguments the VARIADIC parameter took, 0 when it was not expanded. */
  readonly variadicCount: number;
  /** Of its schema in the search path. */
  readonly place: number;
  /** Another function of the same schema takes the same arguments as well. */
  readonly ambiguous?: boolean;
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
  readonly routines?: RoutineSource | undefined;
  /** CALL: OUT parameters have arguments, too. */
  readonly withOut?: boolean;
}

const BUILT_IN_SCHEMAS: Readonly<Record<string, number>> = {
  pg_catalog: PG_CATALOG,
  information_schema: 13127,
};

function inNamespace(proc: ProcRow, schema: string | undefined): boolean {
  if (schema === undefined || schema === "pg_catalog") return proc.namespace === PG_CATALOG;
  return proc.namespace !== PG_CATALOG;
}

function placed(procs: readonly ProcRow[], place: number): readonly PlacedProc[] {
  return procs.map((proc) => ({ proc, place }));
}

function onPath(name: string, routines: RoutineSource | undefined): readonly PlacedProc[] {
  const builtIn = procsByName(name).filter((proc) => inNamespace(proc, undefined));
  const own = routines?.onPath(name) ?? [];
  if (own.length === 0) return placed(builtIn, 0);
  return [...placed(builtIn, routines?.builtInPlace ?? -1), ...own];
}

function proceduresNamed(shape: FunctionCallShape): readonly PlacedProc[] {
  const { names, position, routines } = shape;
  const name = names.at(-1) ?? "";
  const schema = names.length > 1 ? names.at(-2) : undefined;
  if (schema === undefined) return onPath(name, routines);
  const own = routines?.inSchema(schema, name);
  const isBuiltIn = BUILT_IN_SCHEMAS[schema] !== undefined;
  if (own === undefined && schema !== "public" && !isBuiltIn) {
    throw resolveError("3F000", `schema "${schema}" does not exist`, position);
  }
  const builtIn = isBuiltIn ? procsByName(name).filter((proc) => inNamespace(proc, schema)) : [];
  return placed([...builtIn, ...(own ?? [])], 0);
}

/** What a call gives arguments for, in order. */
interface Parameters {
  readonly types: readonly number[];
  readonly names: readonly string[];
}

const INPUT_MODES = "ibv";
const PROCEDURE_MODES = "iobv";

function parametersOf(proc: ProcRow, withOut: boolean): Parameters {
  const { allArgTypes, argModes, argNames, argTypes } = proc;
  const names = argNames ?? [];
  if (allArgTypes === null || argModes === null) return { types: argTypes, names };
  const wanted = withOut ? PROCEDURE_MODES : INPUT_MODES;
  const kept = allArgTypes.flatMap((_, at) => (wanted.includes(argModes[at] ?? "i") ? [at] : []));
  return {
    types: kept.map((at) => allArgTypes[at] ?? 0),
    names: kept.map((at) => names[at] ?? ""),
  };
}
/** Defaults are those of the last input parameters. */
function missingHaveDefaults(
  proc: ProcRow,
  count: number,
  argumentOf: readonly (number | undefined)[],
): boolean {
  const firstDefault = count - proc.defaultCount;
  return argumentOf.every((argument, index) => argument !== undefined || index >= firstDefault);
}

function matchNamed(
  { proc, place }: PlacedProc,
  parameters: Parameters,
  shape: FunctionCallShape,
): FunctionCandidate | undefined {
  const positional = shape.argCount - shape.argNames.length;
  if (shape.argCount > parameters.types.length) return undefined;
  const argumentOf: (number | undefined)[] = parameters.types.map((_, index) =>
    index < positional ? index : undefined,
  );
  for (const [index, name] of shape.argNames.entries()) {
    const parameter = parameters.names.indexOf(name);
    if (parameter < 0 || argumentOf[parameter] !== undefined) return undefined;
    argumentOf[parameter] = positional + index;
  }
  if (!missingHaveDefaults(proc, parameters.types.length, argumentOf)) return undefined;
  const argTypes: number[] = [];
  for (const [parameter, argument] of argumentOf.entries()) {
    if (argument !== undefined) argTypes[argument] = parameters.types[parameter] ?? 0;
  }
  return { proc, argTypes, argumentOf, variadicCount: 0, place };
}

function matchPositional(
  { proc, place }: PlacedProc,
  { types }: Parameters,
  argCount: number,
): FunctionCandidate | undefined {
  const count = types.length;
  if (count < argCount || argCount + proc.defaultCount < count) return undefined;
  const argumentOf = types.map((_, index) => (index < argCount ? index : undefined));
  return { proc, argTypes: types.slice(0, argCount), argumentOf, variadicCount: 0, place };
}

function matchVariadic(
  { proc, place }: PlacedProc,
  { types }: Parameters,
  argCount: number,
): FunctionCandidate | undefined {
  const fixed = types.length - 1;
  if (argCount < types.length) return undefined;
  const variadicCount = argCount - fixed;
  const argTypes = [
    ...types.slice(0, fixed),
    ...Array.from({ length: variadicCount }, () => proc.variadic),
  ];
  return { proc, argTypes, argumentOf: argTypes.map((_, index) => index), variadicCount, place };
}

function match(placedProc: PlacedProc, shape: FunctionCallShape): FunctionCandidate | undefined {
  const { proc } = placedProc;
  const parameters = parametersOf(proc, shape.withOut ?? false);
  if (shape.argNames.length > 0) return matchNamed(placedProc, parameters, shape);
  const expand = proc.variadic !== 0 && !shape.variadicArray;
  const expanded = expand ? matchVariadic(placedProc, parameters, shape.argCount) : undefined;
  return expanded ?? matchPositional(placedProc, parameters, shape.argCount);
}

/** Negative: `a` is preferred over `b`, which takes the same arguments; 0: nothing decides. */
function preference(a: FunctionCandidate, b: FunctionCandidate): number {
  if (a.place !== b.place) return a.place - b.place;
  return Number(a.variadicCount > 0) - Number(b.variadicCount > 0);
}

/** One reading for each list of argument types. */
function withoutDuplicates(candidates: readonly FunctionCandidate[]): FunctionCandidate[] {
  const kept: FunctionCandidate[] = [];
  for (const each of candidates) {
    const at = kept.findIndex((other) => sameTypes(other.argTypes, each.argTypes));
    const other = kept[at];
    if (other === undefined) {
      kept.push(each);
      continue;
    }
    const decides = preference(each, other);
    if (decides < 0) kept[at] = each;
    else if (decides === 0) kept[at] = { ...other, ambiguous: true };
  }
  return kept;
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
