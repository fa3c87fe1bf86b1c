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

/** The outermost domain of a chain: what a value was to become. */
export interface CheckedDomain {
  readonly type: number;
  readonly definition: DomainDefinition;
}

function violated({ type, definition }: CheckedDomain, constraint: string): SqlError {
  return new SqlError(
    "23514",
    `value for domain ${formatType(type)} violates check constraint "${constraint}"`,
    { schema: definition.schemaName, dataType: definition.name, constraint },
  );
}

export interface DomainType extends SqlType {
  /** Throws unless the value, which may be NULL, is one of the domain; errors name `of`, or it. */
  check(value: Datum, settings: InputSettings, of?: CheckedDomain): void;
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

function nullRefused({ type, definition }: CheckedDomain): SqlError {
  return new SqlError("23502", `domain ${formatType(type)} does not allow null values`, {
    schema: definition.schemaName,
    dataType: definition.name,
  });
}

export function makeDomainType(
  id: number,
  definition: DomainDefinition,
  base: SqlType,
  makeChecker: MakeDomainChecker,
): DomainType {
  let own: DomainChecker | undefined;
  const self: CheckedDomain = { type: id, definition };
  const check: DomainType["check"] = (value, settings, of = self) => {
    if (isDomainType(base)) base.check(value, settings, of);
    if (value === null && definition.notNull) throw nullRefused(of);
    if (definition.checks.length === 0) return;
    own ??= makeChecker(definition);
    const constraint = own(value, settings);
    if (constraint !== undefined) throw violated(of, constraint);
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
    long: base.long,
    receive: (bytes) => checked(base.receive(bytes, definition.baseTypmod), NO_SESSION),
    send: (value) => base.send(value),
    compare: (a, b) => base.compare(a, b),
    hashKey: (value) => base.hashKey(value),
    applyTypmod: (value) => value,
    check,
  };
}
