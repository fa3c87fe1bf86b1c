/**
 * Input, output and send functions of the types that are here, called by name as in int4out(5) or
 * int8send(1).
 */
import { procByOid } from "../catalog/proc-catalog.ts";
import { typeRow } from "../catalog/type-catalog.ts";
import { inputSettings, requireSqlType } from "../expression/type-io.ts";
import { CSTRING, UNKNOWN } from "../types/oids.ts";
import type { SqlType } from "../types/sql-type.ts";
import { registeredTypes } from "../types/type-registry.ts";
import type { Datum } from "../values/datum.ts";
import { outputFunction } from "./output.ts";
import { registerFunctions, registerPolymorphic } from "./registry.ts";
import type { Implementation, ImplementationFactory } from "./registry.ts";

/** Types with functions of their own in pseudo-type-io.ts. */
const PSEUDO: ReadonlySet<number> = new Set([UNKNOWN, CSTRING]);
/** What all arrays share; int2vector and oidvector have functions of their own. */
const ARRAY_INPUT = 750;

function sourceOf(proc: number): string | undefined {
  return proc === 0 ? undefined : procByOid(proc)?.source;
}

/** The second argument of functions with modifiers is an OID that plain types do not look at. */
function reading(type: SqlType): Implementation {
  return (context, text: string, _element: number | undefined, typmod: number | undefined) =>
    type.input(text, typmod ?? -1, inputSettings(context));
}

function functionsOf(type: SqlType): Record<string, Implementation> {
  const row = typeRow(type.oid);
  if (row === undefined || row.kind !== "b" || row.input === ARRAY_INPUT || PSEUDO.has(type.oid)) {
    return {};
  }
  const entries: Record<string, Implementation> = {};
  const input = sourceOf(row.input);
  const output = sourceOf(row.output);
  const send = sourceOf(row.send);
  if (input !== undefined && procByOid(row.input)?.argTypes[0] === CSTRING) {
    entries[input] = reading(type);
  }
  if (output !== undefined) {
    entries[output] = outputFunction(type.oid);
  }
  if (send !== undefined) entries[send] = (_, value: Datum) => new Uint8Array(type.send(value));
  return entries;
}

/** Functions of type constructors: the type of the call decides. */
const CONSTRUCTED = ["array", "range", "multirange", "record", "enum"];

function constructedFunctions(name: string): Record<string, ImplementationFactory> {
  return {
    [`${name}_out`]: ({ argTypes }) => outputFunction(argTypes[0] ?? 0),
    [`${name}_send`]: ({ argTypes }) => {
      let type: SqlType | undefined;
      return (_, value: Datum) =>
        new Uint8Array((type ??= requireSqlType(argTypes[0] ?? 0)).send(value));
    },
  };
}

export function registerTypeIo(): void {
  for (const name of CONSTRUCTED) registerPolymorphic(constructedFunctions(name));
  for (const type of registeredTypes()) registerFunctions(functionsOf(type));
}
