/**
 * Input and output functions of types that stand for others: what a polymorphic one prints is of the
 * type at the call; most cannot be read.
 */
import { SqlError } from "@firstlight/common";
import { arrayTypeOid } from "../catalog/type-catalog.ts";
import { inputSettings, requireSqlType } from "../expression/type-io.ts";
import type { SqlType } from "../types/sql-type.ts";
import type { Datum } from "../values/datum.ts";
import { outputFunction } from "./output.ts";
import { registerFunctions, registerPolymorphic } from "./registry.ts";
import type { Implementation, ImplementationFactory } from "./registry.ts";

/** Types whose values cannot be read from text. */
const NOT_READ = [
  "any",
  "anyarray",
  "anyelement",
  "anynonarray",
  "anyenum",
  "anyrange",
  "anymultirange",
  "anycompatible",
  "anycompatiblearray",
  "anycompatiblenonarray",
  "anycompatiblerange",
  "anycompatiblemultirange",
];
/** Those whose values cannot be printed either. */
const NOT_PRINTED: ReadonlySet<string> = new Set([
  "any",
  "anyelement",
  "anynonarray",
  "anycompatible",
  "anycompatiblenonarray",
]);
const SENT = ["anyarray", "anycompatiblearray"];

function refusal(verb: string, type: string): Implementation {
  return () => {
    throw new SqlError("0A000", `cannot ${verb} a value of type ${type}`);
  };
}

const printing: ImplementationFactory = ({ argTypes }) => outputFunction(argTypes[0] ?? 0);

function sending({ argTypes }: { readonly argTypes: readonly number[] }): Implementation {
  let type: SqlType | undefined;
  return (_, value: Datum) =>
    new Uint8Array((type ??= requireSqlType(argTypes[0] ?? 0)).send(value));
}

/** Types of a constructor are read by the type that the second argument names. */
const BY_OID = ["array", "range", "multirange", "record", "domain"];

const readByOid: Implementation = (context, text: string, type: number, typmod: number) =>
  requireSqlType(type).input(text, typmod, inputSettings(context));

const readArray: Implementation = (context, text: string, element: number, typmod: number) =>
  readByOid(context, text, arrayTypeOid(element), typmod);

export function registerPseudoTypeIo(): void {
  for (const name of NOT_READ) {
    registerFunctions({ [`${name}_in`]: refusal("accept", name) });
    if (NOT_PRINTED.has(name)) registerFunctions({ [`${name}_out`]: refusal("display", name) });
    else registerPolymorphic({ [`${name}_out`]: printing });
  }
  for (const name of SENT) registerPolymorphic({ [`${name}_send`]: sending });
  for (const name of BY_OID) registerFunctions({ [`${name}_in`]: readByOid });
  registerFunctions({
    array_in: readArray,
    enum_in: (context, text: string, type: number) => readByOid(context, text, type, -1),
    cstring_in: (_, text: string) => text,
    cstring_out: (_, text: string) => text,
    cstring_send: (_, text: string) => Buffer.from(text, "utf8"),
    unknownin: (_, text: string) => text,
    unknownout: (_, text: string) => text,
    unknownsend: (_, text: string) => Buffer.from(text, "utf8"),
    void_in: () => "",
    void_out: () => "",
    void_send: () => new Uint8Array(0),
    shell_in: refusal("accept", "a shell type"),
    shell_out: refusal("display", "a shell type"),
  });
}
