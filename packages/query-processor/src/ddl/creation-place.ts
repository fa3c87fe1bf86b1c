/**
 * Where a new relation goes: the schema that its name or the search path says, or the session's own
 * one for temporary relations (RangeVarGetAndCheckCreationNamespace).
 */
import { SqlError } from "@firstlight/common";
import { inOtherDatabase } from "../catalog/far-name.ts";
import type { SchemaDescriptor } from "../catalog/descriptors.ts";
import { optionalString, string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext, QualifiedName } from "./ddl-context.ts";
import { creationSchema, imageOf, isTemporaryName, nameOfRangeVar } from "./ddl-context.ts";
import { refuseTypeName } from "./type/row-type-users.ts";

export type Persistence = "permanent" | "temporary" | "unlogged";

export interface CreationPlace {
  readonly name: string;
  readonly schema: SchemaDescriptor;
  readonly persistence: Persistence;
  /** Whether the name is in use: 42P07, or a notice and true if `ifNotExists`. */
  taken(ifNotExists: boolean): boolean;
  /** Runs what makes the relation, with OIDs of the place. */
  creating<T>(step: () => Promise<T>): Promise<T>;
}

const PERSISTENCE: Readonly<Record<string, Persistence>> = { t: "temporary", u: "unlogged" };
function placed(
  context: DdlContext,
  name: QualifiedName,
  declared: Persistence,
): { readonly schema: SchemaDescriptor; readonly persistence: Persistence } {
  const inTemporary = isTemporaryName(context, name.schema ?? context.searchPath[0]);
  if (declared === "temporary" || inTemporary) {
    if (name.schema !== undefined && !inTemporary) {
      const text = "cannot create temporary relation in non-temporary schema";
      throw new SqlError("42P16", text);
    }
    if (declared === "unlogged") {
      throw new SqlError("42P16", "only temporary relations may be created in temporary schemas");
    }
    return { schema: context.transaction.temporarySchema(), persistence: "temporary" };
  }
  return { schema: creationSchema(context, name), persistence: declared };
}

export function creationPlace(
  context: DdlContext,
  rangeVar: ParseNode,
  forced?: Persistence,
): CreationPlace {
  const name = nameOfRangeVar(rangeVar);
  const declared = PERSISTENCE[string(rangeVar, "relpersistence")] ?? "permanent";
  const database = optionalString(rangeVar, "catalogname");
  if (database !== undefined && database !== context.session.database) {
    const full = `${database}.${name.schema ?? ""}.${name.name}`;
    throw inOtherDatabase(`"${full}"`);
  }
  const { schema, persistence } = placed(context, name, forced ?? declared);
  return {
    name: name.name,
    schema,
    persistence,
    taken: (ifNotExists) => {
      if (!imageOf(context).nameTaken(schema.oid, name.name)) {
        refuseTypeName(context, schema.name, name.name);
        return false;
      }
      const text = `relation "${name.name}" already exists`;
      if (!ifNotExists) throw new SqlError("42P07", text);
      context.session.notice("NOTICE", "42P07", `${text}, skipping`);
      return true;
    },
    creating: (step) => context.transaction.allocatingFor(persistence === "temporary", step),
  };
}
