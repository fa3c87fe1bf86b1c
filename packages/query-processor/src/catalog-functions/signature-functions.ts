/** Arguments and results of functions as SQL text (ruleutils' print_function_arguments). */
import type { Datum, ProcRow } from "@firstlight/sql";
import { aggregateByProc, procByOid, quoteIdentifier } from "@firstlight/sql";
import type { CatalogCall, CatalogFunction } from "./catalog-functions.ts";
import { typeName } from "./object-names.ts";

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

function parametersOf(proc: ProcRow): Parameter[] {
  const types = proc.allArgTypes ?? proc.argTypes;
  const firstDefault = proc.argTypes.length - proc.defaultCount;
  let inputs = 0;
  return types.map((type, at) => {
    const mode = proc.argModes?.[at] ?? "i";
    const isInput = mode === "i" || mode === "b" || mode === "v";
    const fallback = isInput ? proc.argDefaults[inputs - firstDefault] : undefined;
    if (isInput) inputs++;
    return { mode, name: proc.argNames?.[at] ?? "", type, fallback };
  });
}

function parameterText(call: CatalogCall, parameter: Parameter, withDefaults: boolean): string {
  const name = parameter.name === "" ? "" : `${quoteIdentifier(parameter.name)} `;
  const { fallback } = parameter;
  const tail = withDefaults && fallback !== undefined ? ` DEFAULT ${fallback}` : "";
  return `${MODES[parameter.mode] ?? ""}${name}${typeName(call, parameter.type)}${tail}`;
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
  const proc = typeof oid === "number" ? procByOid(oid) : undefined;
  if (proc === undefined) return null;
  const shown = parametersOf(proc).filter((each) => each.mode !== "t");
  return joined(
    proc,
    shown.map((each) => parameterText(call, each, withDefaults)),
  );
}

export function resultText(call: CatalogCall, oid: Datum | undefined): string | null {
  const proc = typeof oid === "number" ? procByOid(oid) : undefined;
  if (proc === undefined || proc.kind === "p") return null;
  const columns = parametersOf(proc).filter((each) => each.mode === "t");
  if (columns.length > 0) {
    return `TABLE(${columns.map((each) => parameterText(call, each, false)).join(", ")})`;
  }
  return `${proc.returnsSet ? "SETOF " : ""}${typeName(call, proc.returnType)}`;
}

export const SIGNATURE_FUNCTIONS: Readonly<Record<string, CatalogFunction>> = {
  pg_get_function_arguments: (call, [oid]) => argumentsText(call, oid, true),
  pg_get_function_identity_arguments: (call, [oid]) => argumentsText(call, oid, false),
  pg_get_function_result: (call, [oid]) => resultText(call, oid),
  pg_get_function_arg_default: (_call, [oid, number]) => {
    const proc = typeof oid === "number" ? procByOid(oid) : undefined;
    const at = typeof number === "number" ? number - 1 : -1;
    return (proc && parametersOf(proc)[at]?.fallback) ?? null;
  },
};
