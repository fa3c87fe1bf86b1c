/**
 * The context in which expressions of the schema are read: the same in every session. Literals have
 * PostgreSQL's default formats and UTC; names in regclass literals are looked up in the catalog.
 */
import { SqlError } from "@firstlight/common";
import {
  type Datum,
  DEFAULT_FORMAT,
  type EvaluationContext,
  type SessionFacts,
} from "@firstlight/sql";
import type { Catalog } from "../catalog/catalog.ts";
import { findRelation } from "./relation.ts";

/** Parts of a name as regclass reads it: quoted, or folded to lower case. */
function nameParts(text: string): readonly string[] {
  const parts = text.match(/"(?:[^"]|"")*"|[^."]+/gu) ?? [];
  return parts.map((part) =>
    part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.trim().toLowerCase(),
  );
}

function relationOid(catalog: Catalog, searchPath: readonly string[], text: string): number {
  if (/^\d+$/u.test(text)) return Number(text);
  const [name = "", schema] = nameParts(text).toReversed();
  const relation = findRelation({ catalog, searchPath }, { schema, name });
  if (relation !== undefined) return relation.oid;
  throw new SqlError("42P01", `relation "${text}" does not exist`);
}

function unavailable(): never {
  throw new Error("an expression of the schema is bound without a session");
}

const REGCLASS_FUNCTIONS: ReadonlySet<string> = new Set(["to_regclass_strict", "text_regclass"]);

function schemaSession(catalog: Catalog, searchPath: readonly string[]): SessionFacts {
  return {
    currentUser: "",
    sessionUser: "",
    database: "",
    backendPid: 0,
    currentSchemas: () => searchPath,
    getSetting: unavailable,
    setSetting: unavailable,
    callCatalogFunction: (name: string, [text]: readonly Datum[]): Datum => {
      if (REGCLASS_FUNCTIONS.has(name) && typeof text === "string") {
        return relationOid(catalog, searchPath, text);
      }
      throw new SqlError("0A000", `${name} in an expression of the schema is not supported`);
    },
  };
}

export function schemaEvaluation(
  catalog: Catalog,
  searchPath: readonly string[],
): EvaluationContext {
  return {
    params: [],
    execParams: [],
    format: DEFAULT_FORMAT,
    transactionTime: 0n,
    statementTime: 0n,
    clockTime: unavailable,
    random: unavailable,
    randomBytes: unavailable,
    session: schemaSession(catalog, searchPath),
    isSchema: true,
  };
}
