/**
 * Input and output functions of types that stand for others: what a polymorphic one prints is of the
 * type at the call; most cannot be read.
 */
import { SqlError } from "@firstlight/common";
import { formatType } from "../catalog/format-type.ts";
import { arrayTypeOid, isComposite, typeRow } from "../catalog/type-catalog.ts";
import { inputSettings, requireSqlType } from "../expression/type-io.ts";
import { RECORD } from "../types/oids.ts";
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
    throw new SqlError("0A000", `cannot ${verb} ${type}`);
  };
}

const printing: ImplementationFactory = ({ argTypes }) => outputFunction(argTypes[0] ?? 0);

function sending({ argTypes }: { readonly argTypes: readonly number[] }): Implementation {
  let type: SqlType | undefined;
  return (_, value: Datum) =>
    new Uint8Array((type ??= requireSqlType(argTypes[0] ?? 0)).send(value));
}

/** Types of a constructor are read by the type that the second argument names: pg_type.typtype. */
const BY_OID: Readonly<Record<string, readonly [kind: string, what: string]>> = {
  range: ["r", "a range type"],
  multirange: ["m", "a multirange type"],
  domain: ["d", "a domain"],
  enum: ["e", "an enum"],
};

const readByOid: Implementation = (context, text: string, type: number, typmod: number) =>
  requireSqlType(type).input(text, typmod, inputSettings(context));

function noType(type: number): SqlError {
  return new SqlError("42704", `type with OID ${type} does not exist`);
}

function readOfKind(kind: string, what: string): Implementation {
  return (context, text: string, type: number, typmod: number | undefined) => {
    const row = typeRow(type);
    if (row === undefined) throw noType(type);
    if (row.kind === kind) return readByOid(context, text, type, typmod ?? -1);
    throw new SqlError("XX000", `type ${type} is not ${what}`);
  };
}

const readRecord: Implementation = (context, text: string, type: number, typmod: number) => {
  if (type === RECORD || isComposite(type)) return readByOid(context, text, type, typmod);
  if (typeRow(type) === undefined) throw noType(type);
  throw new SqlError("42809", `type ${formatType(type)} is not composite`);
};

const readArray: Implementation = (context, text: string, element: number, typmod: number) =>
  readByOid(context, text, arrayTypeOid(element), typmod);

export function registerPseudoTypeIo(): void {
  for (const name of NOT_READ) {
    registerFunctions({ [`${name}_in`]: refusal("accept a value of type", name) });
    if (NOT_PRINTED.has(name))
      registerFunctions({ [`${name}_out`]: refusal("display a value of type", name) });
    else registerPolymorphic({ [`${name}_out`]: printing });
  }
  for (const name of SENT) registerPolymorphic({ [`${name}_send`]: sending });
  for (const [name, [kind, what]] of Object.entries(BY_OID)) {
    registerFunctions({ [`${name}_in`]: readOfKind(kind, what) });
  }
  registerFunctions({
    array_in: readArray,
    record_in: readRecord,
    cstring_in: (_, text: string) => text,
    cstring_out: (_, text: string) => text,
    cstring_send: (_, text: string) => Buffer.from(text, "utf8"),
    unknownin: (_, text: string) => text,
    unknownout: (_, text: string) => text,
    unknownsend: (_, text: string) => Buffer.from(text, "utf8"),
    void_in: () => "",
    void_out: () => "",
    void_send: () => new Uint8Array(0),
    shell_in: refusal("accept a value of", "a shell type"),
    shell_out: refusal("display a value of", "a shell type"),
  });
}
