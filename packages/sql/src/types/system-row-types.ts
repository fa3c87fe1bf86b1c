/**
 * Row types of PostgreSQL's own relations: composites that go by their OIDs everywhere, since what
 * they consist of never changes. They are made when one of them is first looked for.
 */
import { systemListing } from "../catalog/system-catalogs.ts";
import { baseTypeOid, isComposite, typeRow } from "../catalog/type-catalog.ts";
import { makeArrayType } from "./array-types.ts";
import { TEXT, addArrayType } from "./oids.ts";
import type { SqlType } from "./sql-type.ts";
import { makeCompositeType } from "./user/composite-type.ts";
import type { CompositeAttribute, CompositeDefinition } from "./user/type-definition.ts";
import { isUserType } from "./user/type-ids.ts";

interface TypeOfColumn {
  readonly type: number;
  readonly typmod: number;
}

/**
 * The type that a column of a system relation has here: domains of information_schema are seen as
 * their base type, as clients see them; types without values as text.
 */
export function systemColumnType(
  { type, typmod }: TypeOfColumn,
  isKnown: (type: number) => boolean,
): TypeOfColumn {
  const base = baseTypeOid(type);
  if (!isKnown(base)) return { type: TEXT, typmod: -1 };
  return { type: base, typmod: base === type ? typmod : (typeRow(type)?.baseTypmod ?? -1) };
}

type FindType = (type: number) => SqlType | undefined;

function attributesByRelation(find: FindType): ReadonlyMap<number, CompositeAttribute[]> {
  const byRelation = new Map<number, CompositeAttribute[]>();
  for (const row of systemListing("system_columns").rows()) {
    const relation = row.number("attrelid");
    const attributes = byRelation.get(relation) ?? [];
    byRelation.set(relation, attributes);
    const declared = { type: row.number("atttypid"), typmod: row.number("atttypmod") };
    const seen = systemColumnType(declared, (type) => find(type) !== undefined);
    attributes.push({ number: attributes.length + 1, name: row.text("attname"), ...seen });
  }
  return byRelation;
}

const definitions = new Map<number, CompositeDefinition>();

function readDefinitions(find: FindType): ReadonlyMap<number, CompositeDefinition> {
  if (definitions.size > 0) return definitions;
  const attributes = attributesByRelation(find);
  for (const row of systemListing("system_relations").rows()) {
    const oid = row.number("reltype");
    const own = typeRow(oid);
    if (own === undefined) continue;
    const relation = row.number("oid");
    const place = { oid, arrayOid: own.array, name: own.name, schema: own.namespace };
    const columns = attributes.get(relation) ?? [];
    const composite = { kind: "composite", relation, attributes: columns } as const;
    definitions.set(oid, { ...place, schemaName: "", ...composite });
  }
  return definitions;
}

/** Of a row type of a system relation. */
export function systemRowDefinition(type: number, find: FindType): CompositeDefinition | undefined {
  if (isUserType(type) || !isComposite(type)) return undefined;
  return readDefinitions(find).get(type);
}

/** A row type of a system relation and the array over it; none for any other type. */
export function makeSystemRowTypes(
  asked: number,
  find: FindType,
  require: (type: number) => SqlType,
): readonly SqlType[] {
  const type = isComposite(asked) ? asked : (typeRow(asked)?.element ?? 0);
  const definition = systemRowDefinition(type, find);
  if (definition === undefined) return [];
  const row = makeCompositeType(type, definition, require);
  addArrayType(type, definition.arrayOid);
  return [row, makeArrayType(definition.arrayOid, row)];
}
