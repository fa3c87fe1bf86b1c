/**
 * Domains: domain_in, domain_recv and the checks of a whole chain of domains, the innermost first.
 * A value is one of the base type.
 */
import { SqlError } from "@firstlight/common";
import { formatType } from "../../catalog/format-type.ts";
import { DEFAULT_FORMAT } from "../../expression/evaluation-context.ts";
import type { Datum } from "../../values/datum.ts";
import type { InputSettings, SqlType } from "../sql-type.ts";
import type { DomainChecker, DomainDefinition, MakeDomainChecker } from "./type-definition.ts";

export interface DomainType extends SqlType {
  /** Throws unless the value, which may be NULL, is one of the domain. */
  readonly check: DomainChecker;
}

export function isDomainType(type: SqlType): type is DomainType {
  return "check" in type;
}

/** For values that are read one by one: NULL has no text, so its type is never asked to read it. */
export function checkNull(type: SqlType, settings: InputSettings): void {
  if (isDomainType(type)) type.check(null, settings);
}

/** The binary form is read without a session; what depends on its settings reads as by default. */
const NO_SESSION: InputSettings = { ...DEFAULT_FORMAT, now: 0n };

function nullRefused(id: number, { name, schemaName }: DomainDefinition): SqlError {
  return new SqlError("23502", `domain ${formatType(id)} does not allow null values`, {
    schema: schemaName,
    dataType: name,
  });
}

export function makeDomainType(
  id: number,
  definition: DomainDefinition,
  base: SqlType,
  makeChecker: MakeDomainChecker,
): DomainType {
  let own: DomainChecker | undefined;
  const check: DomainChecker = (value, settings) => {
    if (isDomainType(base)) base.check(value, settings);
    if (value === null && definition.notNull) throw nullRefused(id, definition);
    if (definition.checks.length === 0) return;
    own ??= makeChecker(definition);
    own(value, settings);
  };
  const checked = (value: Datum, settings: InputSettings): Datum => {
    check(value, settings);
    return value;
  };
  return {
    oid: id,
    name: definition.name,
    input: (text, _typmod, settings) =>
      checked(base.input(text, definition.baseTypmod, settings), settings),
    output: (value, format) => base.output(value, format),
    receive: (bytes) => checked(base.receive(bytes, definition.baseTypmod), NO_SESSION),
    send: (value) => base.send(value),
    compare: (a, b) => base.compare(a, b),
    hashKey: (value) => base.hashKey(value),
    applyTypmod: (value) => value,
    check,
  };
}
