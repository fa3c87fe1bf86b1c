/** Arguments and results of functions as SQL text (ruleutils' print_function_arguments). */
import type { Datum, ProcRow } from "@firstlight/sql";
import { aggregateByProc, procByOid, quoteIdentifier } from "@firstlight/sql";
import type { CatalogCall, CatalogFunction } from "./catalog-functions.ts";
import { userRoutine } from "../bind/routine/user-routine.ts";
import { defaultTexts, type ObjectName } from "../catalog/routine-text.ts";
import { rangeProc } from "../catalog/virtual/range-functions.ts";
import { typeName } from "./object-names.ts";
import { registeredObjectName } from "./registered-objects.ts";

const MODES: Readonly<Record<string, string>> = {
  i: "",
  b: "INOUT ",
  o: "OUT ",
  v: "VARIADIC ",
  t: "",
};

interface Parameter {
  readonly mode: string;
  readonly name: string;
  readonly type: number;
  readonly fallback: string | undefined;
}

interface Described {
  readonly proc: ProcRow;
  /** Of the last input parameters. */
  readonly defaults: readonly string[];
}

/** The function of that OID, a user's with the texts of its defaults. */
function routineOf(call: CatalogCall, oid: Datum | undefined): Described | undefined {
  if (typeof oid !== "number") return undefined;
  const own = call.image.objects.get(oid);
  if (own?.kind !== "function") {
    const proc = procByOid(oid) ?? rangeProc(call.image, oid);
    return proc && { proc, defaults: proc.argDefaults };
  }
  const objectName: ObjectName = (type, object) => registeredObjectName(call, type, object);
  return { proc: userRoutine(own), defaults: defaultTexts(call.image, own, objectName) };
}

function parametersOf({ proc, defaults }: Described): Parameter[] {
  const types = proc.allArgTypes ?? proc.argTypes;
  const firstDefault = proc.argTypes.length - proc.defaultCount;
  let inputs = 0;
  return types.map((type, at) => {
    const mode = proc.argModes?.[at] ?? "i";
    const isInput = mode === "i" || mode === "b" || mode === "v";
    const fallback = isInput ? defaults[inputs - firstDefault] : undefined;
    if (isInput) inputs++;
    return { mode, name: proc.argNames?.[at] ?? "", type, fallback };
  });
}

/** Those of procedures are marked: DROP PROCEDURE reads them otherwise. */
function parameterText(
  call: CatalogCall,
  parameter: Parameter,
  withDefaults: boolean,
  isProcedure: boolean,
): string {
  const name = parameter.name === "" ? "" : `${quoteIdentifier(parameter.name)} `;
  const { fallback } = parameter;
  const tail = withDefaults && fallback !== undefined ? ` DEFAULT ${fallback}` : "";
  const mode = parameter.mode === "i" && isProcedure ? "IN " : (MODES[parameter.mode] ?? "");
  return `${mode}${name}${typeName(call, parameter.type)}${tail}`;
}

/** Ordered-set aggregates have ORDER BY between direct and aggregated arguments. */
function joined(proc: ProcRow, texts: readonly string[]): string {
  const direct = proc.kind === "a" ? directArguments(proc.oid) : undefined;
  if (direct === undefined) return texts.join(", ");
  const [first, rest] = [texts.slice(0, direct), texts.slice(direct)];
  if (direct === texts.length && direct > 0) rest.push(texts.at(-1) ?? "");
  return `${first.join(", ")} ORDER BY ${rest.join(", ")}`.trimStart();
}

function directArguments(proc: number): number | undefined {
  const aggregate = aggregateByProc(proc);
  return aggregate === undefined || aggregate.kind === "n" ? undefined : aggregate.directArgCount;
}

export function argumentsText(
  call: CatalogCall,
  oid: Datum | undefined,
  withDefaults: boolean,
): string | null {
  const routine = routineOf(call, oid);
  if (routine === undefined) return null;
  const shown = parametersOf(routine).filter((each) => each.mode !== "t");
  return joined(
    routine.proc,
    shown.map((each) => parameterText(call, each, withDefaults, routine.proc.kind === "p")),
  );
}

export function resultText(call: CatalogCall, oid: Datum | undefined): string | null {
  const routine = routineOf(call, oid);
  if (routine === undefined || routine.proc.kind === "p") return null;
  const { proc } = routine;
  const columns = parametersOf(routine).filter((each) => each.mode === "t");
  if (columns.length > 0) {
    return `TABLE(${columns.map((each) => parameterText(call, each, false, false)).join(", ")})`;
  }
  return `${proc.returnsSet ? "SETOF " : ""}${typeName(call, proc.returnType)}`;
}

export const SIGNATURE_FUNCTIONS: Readonly<Record<string, CatalogFunction>> = {
  pg_get_function_arguments: (call, [oid]) => argumentsText(call, oid, true),
  pg_get_function_identity_arguments: (call, [oid]) => argumentsText(call, oid, false),
  pg_get_function_result: (call, [oid]) => resultText(call, oid),
  pg_get_function_arg_default: (call, [oid, number]) => {
    const routine = routineOf(call, oid);
    const at = typeof number === "number" ? number - 1 : -1;
    return (routine && parametersOf(routine)[at]?.fallback) ?? null;
  },
};
