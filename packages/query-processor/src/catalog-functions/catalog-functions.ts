/**
 * SQL functions that only the catalog can answer, by their SQL name. They see the transaction's own
 * schema. A function that is not in the table is refused by name.
 */
import { featureNotSupported } from "@firstlight/common";
import type { Datum, FormatSettings, SessionFacts } from "@firstlight/sql";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import type { SequenceSession } from "../engine/sequence-session.ts";
import { ADDRESS_FUNCTIONS } from "./address-of-names.ts";
import { ADVISORY_FUNCTIONS } from "./advisory-functions.ts";
import { BACKEND_FUNCTIONS } from "./backend-functions.ts";
import { IDENTITY_FUNCTIONS } from "./object-identity.ts";
import { DEFINITION_FUNCTIONS } from "./definition-functions.ts";
import { DESCRIPTION_FUNCTIONS } from "./description-functions.ts";
import { PRIVILEGE_FUNCTIONS } from "./privilege-functions.ts";
import { REGISTERED_OBJECT_FUNCTIONS } from "./registered-objects.ts";
import { SEQUENCE_FUNCTIONS } from "./sequence-functions.ts";
import { SIZE_FUNCTIONS } from "./size-functions.ts";
import { STATISTICS_FUNCTIONS } from "./statistics-functions.ts";
import { SIGNATURE_FUNCTIONS } from "./signature-functions.ts";

export interface CatalogCall {
  readonly image: CatalogImage;
  readonly searchPath: readonly string[];
  readonly sequences: SequenceSession;
  readonly format?: FormatSettings | undefined;
  readonly session: SessionFacts;
  /** On whose behalf a function runs that says SECURITY DEFINER. */
  readonly currentUser?: string;
}

export type CatalogFunction = (call: CatalogCall, args: readonly Datum[]) => Datum;

const FUNCTIONS: ReadonlyMap<string, CatalogFunction> = new Map([
  ...Object.entries(SEQUENCE_FUNCTIONS),
  ...Object.entries(ADVISORY_FUNCTIONS),
  ...Object.entries(BACKEND_FUNCTIONS),
  ...Object.entries(DESCRIPTION_FUNCTIONS),
  ...Object.entries(DEFINITION_FUNCTIONS),
  ...Object.entries(ADDRESS_FUNCTIONS),
  ...Object.entries(IDENTITY_FUNCTIONS),
  ...Object.entries(SIGNATURE_FUNCTIONS),
  ...Object.entries(SIZE_FUNCTIONS),
  ...Object.entries(STATISTICS_FUNCTIONS),
  ...Object.entries(PRIVILEGE_FUNCTIONS),
  ...Object.entries(REGISTERED_OBJECT_FUNCTIONS),
]);

export function isCatalogFunction(name: string): boolean {
  return FUNCTIONS.has(name);
}

export function callCatalogFunction(
  name: string,
  args: readonly Datum[],
  call: CatalogCall,
): Datum {
  const implementation = FUNCTIONS.get(name);
  if (implementation === undefined) throw featureNotSupported(`function ${name}`);
  return implementation(call, args);
}
