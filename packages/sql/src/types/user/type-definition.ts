/**
 * User-defined types by value: all that a process needs to know of one. Two definitions that are
 * equal are the same type, whichever database or version of a catalog they come from.
 */
import type { CollationName } from "../../expression/tree.ts";
import type { Datum } from "../../values/datum.ts";
import type { InputSettings } from "../sql-type.ts";

interface DefinitionBase {
  /** OIDs in pg_type of the type and of the array over it; 0: there is no array type. */
  readonly oid: number;
  readonly arrayOid: number;
  readonly name: string;
  /** pg_namespace.oid, and the name that formatType qualifies with. */
  readonly schema: number;
  readonly schemaName: string;
}

/** Labels are ordered by `order`, which a value keeps for good: it is what rows and keys store. */
export interface EnumDefinition extends DefinitionBase {
  readonly kind: "enum";
  readonly labels: readonly EnumLabel[];
}

export interface EnumLabel {
  readonly label: string;
  readonly order: number;
  /** Names that it had before, which stored expressions may still use. */
  readonly former?: readonly string[];
  /** Added by the transaction that is under way, and not with its type: no value may have it yet. */
  readonly uncommitted?: true;
}

export interface DomainCheck {
  readonly name: string;
  /** The condition over VALUE as a raw parse tree. */
  readonly expression: string;
}

export interface DomainDefinition extends DefinitionBase {
  readonly kind: "domain";
  readonly baseType: number;
  readonly baseTypmod: number;
  readonly notNull: boolean;
  /** If it is not that of the base type. */
  readonly collation?: CollationName;
  readonly checks: readonly DomainCheck[];
}

export interface CompositeAttribute {
  /** pg_attribute.attnum: the place of the field in a stored value, from 1, never reused. */
  readonly number: number;
  readonly name: string;
  readonly type: number;
  readonly typmod: number;
  /** If it is not that of its type. */
  readonly collation?: CollationName;
}

export interface CompositeDefinition extends DefinitionBase {
  readonly kind: "composite";
  /** pg_class.oid. */
  readonly relation: number;
  readonly attributes: readonly CompositeAttribute[];
}

export interface RangeDefinition extends DefinitionBase {
  readonly kind: "range";
  readonly subtype: number;
  readonly multirange: {
    readonly oid: number;
    readonly arrayOid: number;
    readonly name: string;
  };
}

export type TypeDefinition =
  | EnumDefinition
  | DomainDefinition
  | CompositeDefinition
  | RangeDefinition;

/** The name of a domain's own check that a value, NULL included, violates. */
export type DomainChecker = (value: Datum, settings: InputSettings) => string | undefined;

/** Makes the checker of a domain when a value is first checked: whoever can bind expressions. */
export type MakeDomainChecker = (domain: DomainDefinition) => DomainChecker;
