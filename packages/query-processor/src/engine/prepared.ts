/** What `prepare` gives out and `execute` takes back. */
import type { AccessRequirements } from "../bind/access-requirements.ts";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import { FIRST_USER_OID } from "../catalog/builtin-objects.ts";
import type { UtilityPlan } from "../ddl/dispatch.ts";
import type { Executable } from "../execute/executable.ts";
import type { ParsedStatement } from "../parse/parsed-statement.ts";
import type { PreparedQuery } from "./engine.ts";
import type { LiteralReading, ReadLiterals } from "./literal-reading.ts";

export interface PreparedPlan extends PreparedQuery {
  readonly kind: "plan";
  readonly statement: ParsedStatement;
  /** As declared by the client: replanning starts from these. */
  readonly declaredTypes: readonly number[];
  readonly searchPath: readonly string[];
  readonly image: CatalogImage;
  readonly executable: Executable;
  readonly dependencies: readonly number[];
  /** No read of storage would tell that it is outdated: the catalog has to be asked. */
  readonly confirmsSchemaFirst: boolean;
  /** Calls nextval and its kin outside of defaults: may have to start again (sequences/). */
  readonly takesSequenceValues: boolean;
  readonly access: AccessRequirements;
  /** OIDs of roles that were found to have what it needs, on `image`. */
  readonly allowed: Set<number>;
  /** With what it was analysed: its literals are not read with anything else. */
  readonly reading: LiteralReading;
  /** Values of the literals that became parameters. */
  readonly literals?: ReadLiterals;
  /** Plans of the statement for values of other classes than the one that it is made for itself. */
  readonly variants: Map<string, PreparedPlan>;
}

export interface PreparedUtility extends PreparedQuery {
  readonly kind: "utility";
  readonly plan: UtilityPlan;
}

export type Prepared = PreparedPlan | PreparedUtility;

export function asPrepared(query: PreparedQuery): Prepared {
  if ("kind" in query) return query as Prepared;
  throw new TypeError("a query that this engine did not prepare");
}

/** Whether it is about what users have created, or creates it. */
export function reliesOnSchema(prepared: Prepared): boolean {
  if (prepared.kind === "utility") return !prepared.readsOnly;
  return prepared.dependencies.some((oid) => oid >= FIRST_USER_OID);
}
