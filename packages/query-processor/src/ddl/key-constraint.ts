/** PRIMARY KEY and UNIQUE constraints as index definitions. */
import { SqlError } from "@firstlight/common";
import { positionedAt } from "../bind/errors.ts";
import type { IndexColumn, TableDescriptor } from "../catalog/descriptors.ts";
import { uniqueNames } from "../catalog/virtual/index-columns.ts";
import type { KeyDraft } from "./constraint-draft.ts";
import type { DdlContext } from "./ddl-context.ts";
import { imageOf } from "./ddl-context.ts";
import type { IndexDefinition } from "./index-definition.ts";
import { columnNamed, columnOfKey, keyColumn, plainKey } from "./index-definition.ts";
import { checkStorageOptions, storageAfter } from "./storage-options.ts";
import { chooseName, joinedColumns } from "./object-names.ts";

/** Names are chosen against the schema and the table's own indexes so far. */
export function keyDefinition(
  context: DdlContext,
  table: TableDescriptor,
  draft: KeyDraft,
  /** The table is new: what names no column of it is told with its place. */
  isNew = false,
): IndexDefinition {
  const primary = draft.kind === "primary";
  checkStorageOptions(draft.options, "index");
  const image = imageOf(context);
  const taken = (name: string): boolean =>
    image.nameTaken(table.schema, name) || table.indexes.some((index) => index.name === name);
  if (draft.name !== undefined && taken(draft.name)) {
    throw new SqlError("42P07", `relation "${draft.name}" already exists`);
  }
  for (const column of draft.columns) {
    const known = columnNamed(table.columns, column);
    if (known !== undefined) image.profile.schema?.keyType(known.type);
  }
  const key = (): IndexColumn[] =>
    plainKey(table.columns, draft.columns, primary ? "primary key" : "unique", draft.location);
  const columns = primary
    ? undefined
    : joinedColumns(uniqueNames([...draft.columns, ...draft.include]));
  const definition: IndexDefinition = {
    name: draft.name ?? chooseName(table.name, columns, primary ? "pkey" : "key", taken),
    unique: draft.deferrable === undefined,
    ...(draft.deferrable === undefined ? {} : { deferrable: draft.deferrable }),
    nullsDistinct: primary || draft.nullsDistinct,
    primary,
    constraint: true,
    columns: isNew ? positionedAt(draft.location, key) : key(),
    include: draft.include.map((name) => columnOfKey(table.columns, name).number),
  };
  for (const name of draft.columns) keyColumn(table.columns, name);
  return storageAfter(definition, draft.options);
}
