/**
 * Implementations of pg_proc entries by the name in pg_proc.prosrc (the C symbol, unique per
 * behaviour: int4pl, numeric_add, text_lower ...). Entries whose language is SQL are registered by
 * signature, `lpad(text,int4)`. An entry without an implementation is refused with 0A000.
 *
 * Implementations are pure up to `context`, take their arguments positionally after it, never see
 * null when pg_proc.proisstrict holds, and throw SqlError.
 */
import { SqlError } from "@firstlight/common";
import type { Datum } from "../values/datum.ts";
import type { EvaluationContext } from "../expression/evaluation-context.ts";

/** What a polymorphic implementation needs to know of its call site. */
export interface CallTypes {
  readonly argTypes: readonly number[];
  readonly resultType: number;
}

/**
 * Parameters are typed by each implementation as the Datum shapes of its argument types; the
 * registry cannot check that, pg_proc does.
 */
// oxlint-disable-next-line typescript/no-explicit-any -- argument shapes differ per entry
export type Implementation = (context: EvaluationContext, ...args: any[]) => Datum;

/** Made once per call site, for functions whose behaviour depends on the types at the call. */
export type ImplementationFactory = (types: CallTypes) => Implementation;

/** Rows of a set-returning function; a function with OUT columns yields RecordValues. */
// oxlint-disable-next-line typescript/no-explicit-any -- argument shapes differ per entry
export type SetImplementation = (context: EvaluationContext, ...args: any[]) => Iterable<Datum>;

/** A function with VARIADIC "any" of an array: of any length, which arguments of a call cannot be. */
export type VariadicImplementation = (
  context: EvaluationContext,
  fixed: readonly Datum[],
  elements: readonly Datum[],
) => Datum;

const variadics = new Map<string, (element: number) => VariadicImplementation>();
const scalars = new Map<string, Implementation>();
const factories = new Map<string, ImplementationFactory>();
const sets = new Map<string, (types: CallTypes) => SetImplementation>();

export function registerFunctions(entries: Readonly<Record<string, Implementation>>): void {
  for (const [name, implementation] of Object.entries(entries)) scalars.set(name, implementation);
}

export function registerPolymorphic(
  entries: Readonly<Record<string, ImplementationFactory>>,
): void {
  for (const [name, factory] of Object.entries(entries)) factories.set(name, factory);
}

export function registerSetReturning(
  entries: Readonly<Record<string, (types: CallTypes) => SetImplementation>>,
): void {
  for (const [name, factory] of Object.entries(entries)) sets.set(name, factory);
}

/** `element`: the type of the array's elements. Others have their elements as so many arguments. */
export function registerVariadic(
  entries: Readonly<Record<string, (element: number) => VariadicImplementation>>,
): void {
  for (const [name, factory] of Object.entries(entries)) variadics.set(name, factory);
}

export function findVariadic(source: string, element: number): VariadicImplementation | undefined {
  return variadics.get(source)?.(element);
}

export function findImplementation(source: string, types: CallTypes): Implementation | undefined {
  return scalars.get(source) ?? factories.get(source)?.(types);
}

export function findSetImplementation(
  source: string,
  types: CallTypes,
): SetImplementation | undefined {
  return sets.get(source)?.(types);
}

export function missingFunction(name: string): SqlError {
  return new SqlError("0A000", `function ${name} is not supported`);
}

/** Everything registered, for the comparison with pg_proc. */
export function registeredNames(): readonly string[] {
  return [...scalars.keys(), ...factories.keys(), ...sets.keys()];
}
