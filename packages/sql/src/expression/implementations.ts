/** The implementation behind a pg_proc entry at one call site. */
import { featureNotSupported, SqlError } from "@firstlight/common";
import { formatType } from "../catalog/format-type.ts";
import { type ProcRow, requireProc } from "../catalog/proc-catalog.ts";
import { typeRow } from "../catalog/type-catalog.ts";
import {
  type CallTypes,
  findImplementation,
  findSetImplementation,
  type Implementation,
  type SetImplementation,
} from "../functions/registry.ts";
import { collatedImplementation } from "../functions/text/collated.ts";
import { registerBuiltins } from "../functions/register-builtins.ts";

const LANGUAGE_SQL = 14;

/** Key in the registry: the C symbol, or `name(type,type)` for functions whose language is SQL. */
export function implementationKey(proc: ProcRow): string {
  if (proc.language !== LANGUAGE_SQL) return proc.source;
  return `${proc.name}(${proc.argTypes.map((type) => typeRow(type)?.name ?? "?").join(",")})`;
}

function missing(proc: ProcRow): Error {
  return featureNotSupported(
    `function ${proc.name}(${proc.argTypes.map((type) => formatType(type)).join(", ")})`,
  );
}

/** Throws 0A000 naming the function when there is none. */
export function implementationOf(procOid: number, types: CallTypes): Implementation {
  registerBuiltins();
  const proc = requireProc(procOid);
  const collated = collatedImplementation(proc.source, types);
  if (collated !== undefined) return collated;
  const found = findImplementation(implementationKey(proc), types);
  if (found !== undefined) return found;
  const isSet = findSetImplementation(implementationKey(proc), types) !== undefined;
  throw isSet ? setOutOfPlace() : missing(proc);
}

function setOutOfPlace(): Error {
  return new SqlError("0A000", "set-valued function called in context that cannot accept a set");
}

/** The rows of a set-returning function; throws 0A000 naming the function when there is none. */
export function setImplementationOf(procOid: number, types: CallTypes): SetImplementation {
  registerBuiltins();
  const proc = requireProc(procOid);
  const found = findSetImplementation(implementationKey(proc), types);
  if (found === undefined) throw missing(proc);
  return found;
}
