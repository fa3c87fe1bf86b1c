/**
 * What of the database a server offers, and how it words it: asked by sessions, by the engine and by
 * schema changes. One per query processor, fixed at its start. What is undefined is not asked, so
 * that the default profile costs a comparison.
 */
import type { SqlError } from "@firstlight/common";
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import type { ProfileLimits } from "./limits.ts";

export interface Profile {
  /** As the option names it, with its date: "firstlight", "dsql-2026.09". */
  readonly name: string;
  readonly isDsql: boolean;
  readonly limits: ProfileLimits;
  readonly identity: Identity;
  /** What sessions begin with instead of the setting's own default, by lower-case name. */
  readonly settings: ReadonlyMap<string, string>;
  readonly conflicts: ConflictRules;
  readonly statements?: StatementRules;
  readonly transactions?: TransactionRules;
  readonly parameters?: ParameterRules;
  readonly schema?: SchemaRules;
}

/** What the server says it is. */
export interface Identity {
  /** version() */
  readonly versionText: string;
}

export interface StatementRules {
  /**
   * Why the statement may not run, by its parse tree alone; asked once per parse tree, BEFORE any
   * name in it is looked up. Settings of the session may lift some.
   */
  refusal(
    statement: ParsedStatement,
    getSetting: (name: string) => string | undefined,
  ): SqlError | undefined;
}

/** Which statements may share a transaction. */
export interface TransactionRules {
  /**
   * `held`: what the transaction has run so far, 0 at its start. What it holds with this statement;
   * throws when the statement may not come after those. Asked when a statement is about to run.
   */
  admit(held: number, statement: ParsedStatement): number;
}

/** Which settings clients may change. */
export interface ParameterRules {
  /** Undefined when it may be changed. */
  refusal(name: string): SqlError | undefined;
}

export interface ConflictRules {
  /** Whether 40001 tells table, key and both intents. */
  readonly explained: boolean;
  /**
   * Whether a session whose transaction begins on another schema than its last one began or ended on
   * is refused once with OC001, whoever changed it.
   */
  readonly outdatedSessions: boolean;
}

/** What schema changes ask when they have looked up what they are about. */
export interface SchemaRules {
  /** The modifier of a column's type; throws for types that columns may not have. */
  columnType(type: number, typmod: number): number;
  /** Throws for types that keys may not have. */
  keyType(type: number): void;
  /** Throws for columns that may not be dropped. */
  dropColumn(column: { readonly name: string; readonly inPrimaryKey: boolean }): void;
  /** Throws for constraints that may not be dropped. */
  dropConstraint(constraint: { readonly name: string; readonly isPrimaryKey: boolean }): void;
}
