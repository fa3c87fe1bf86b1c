/**
 * ALTER TABLE ... ENABLE and DISABLE TRIGGER. The triggers that there are belong to foreign keys: one
 * side of each to the child, which needs a parent, the other to the parent, which children need.
 */
import { SqlError } from "@firstlight/common";
import type { CatalogChange } from "../catalog/catalog-image.ts";
import type { ForeignKeyDescriptor, KeySide, TableDescriptor } from "../catalog/descriptors.ts";
import { referencesTo } from "../catalog/foreign-keys.ts";
import { string } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { isSuperuser } from "../privileges/memberships.ts";
import type { DdlContext } from "./ddl-context.ts";
import { applyChanges, imageOf, ownerOf } from "./ddl-context.ts";

function switched(key: ForeignKeyDescriptor, side: KeySide, isOn: boolean): ForeignKeyDescriptor {
  const { unchecked = [], ...rest } = key;
  const others = unchecked.filter((each) => each !== side);
  const sides = isOn ? others : [...others, side];
  return sides.length === 0 ? rest : { ...rest, unchecked: sides };
}

function withKeys(
  table: TableDescriptor,
  edit: (key: ForeignKeyDescriptor) => ForeignKeyDescriptor,
): TableDescriptor {
  const { foreignKeys } = table;
  return foreignKeys === undefined ? table : { ...table, foreignKeys: foreignKeys.map(edit) };
}

/** They are the system's: only superusers switch them. */
function requireSuperuser(context: DdlContext, [key]: readonly ForeignKeyDescriptor[]): void {
  if (key === undefined || isSuperuser(imageOf(context), ownerOf(context))) return;
  const trigger = `RI_ConstraintTrigger_a_${key.oid}`;
  throw new SqlError("42501", `permission denied: "${trigger}" is a system trigger`);
}

function switchAll(isOn: boolean) {
  return (context: DdlContext, table: TableDescriptor): TableDescriptor => {
    const referring = referencesTo(imageOf(context), table.oid);
    requireSuperuser(context, [...referring.map(({ key }) => key), ...(table.foreignKeys ?? [])]);
    const asParent = (key: ForeignKeyDescriptor): ForeignKeyDescriptor =>
      key.parent === table.oid ? switched(key, "parent", isOn) : key;
    const children = new Set(referring.map(({ child }) => child));
    const changes = [...children].flatMap((child): CatalogChange[] =>
      child.oid === table.oid ? [] : [{ put: withKeys(child, asParent) }],
    );
    if (changes.length > 0) applyChanges(context, changes);
    return withKeys(table, (key) => switched(asParent(key), "child", isOn));
  };
}

/** Users have none. */
function switchUsers(_context: DdlContext, table: TableDescriptor): TableDescriptor {
  return table;
}

function switchNamed(_context: DdlContext, table: TableDescriptor, command: ParseNode): never {
  const text = `trigger "${string(command, "name")}" for table "${table.name}" does not exist`;
  throw new SqlError("42704", text);
}

type Switch = (context: DdlContext, table: TableDescriptor, command: ParseNode) => TableDescriptor;

export const TRIGGER_SWITCHES: Readonly<Record<string, Switch>> = {
  AT_EnableTrigAll: switchAll(true),
  AT_DisableTrigAll: switchAll(false),
  AT_EnableTrigUser: switchUsers,
  AT_DisableTrigUser: switchUsers,
  AT_EnableTrig: switchNamed,
  AT_DisableTrig: switchNamed,
  AT_EnableAlwaysTrig: switchNamed,
  AT_EnableReplicaTrig: switchNamed,
};
