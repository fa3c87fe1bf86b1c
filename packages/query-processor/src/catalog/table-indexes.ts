/** All indexes of a table, those that are being built among them. */
import type { BuildingIndex, IndexDescriptor, TableDescriptor } from "./descriptors.ts";

export function allIndexes({ indexes, building }: TableDescriptor): readonly IndexDescriptor[] {
  return building === undefined ? indexes : [...indexes, ...building.map(({ index }) => index)];
}

/** At once, or when a deferrable constraint is checked. */
export function isUnique({ unique, deferrable }: IndexDescriptor): boolean {
  return unique || deferrable !== undefined;
}

export function buildingOf(table: TableDescriptor, oid: number): BuildingIndex | undefined {
  return table.building?.find(({ index }) => index.oid === oid);
}

/** `building` as a descriptor has it: left out when there is none. */
export function withBuilding(
  table: TableDescriptor,
  building: readonly BuildingIndex[],
): TableDescriptor {
  const { building: _, ...rest } = table;
  return building.length === 0 ? rest : { ...rest, building };
}

export function mapIndexes(
  table: TableDescriptor,
  change: (index: IndexDescriptor) => IndexDescriptor,
): TableDescriptor {
  const changed = { ...table, indexes: table.indexes.map(change) };
  const { building = [] } = table;
  return withBuilding(
    changed,
    building.map((each) => ({ ...each, index: change(each.index) })),
  );
}

/** The table itself if none goes. */
export function withoutIndexes(
  table: TableDescriptor,
  goes: (index: IndexDescriptor) => boolean,
): TableDescriptor {
  if (!allIndexes(table).some(goes)) return table;
  const { building = [] } = table;
  const changed = { ...table, indexes: table.indexes.filter((index) => !goes(index)) };
  return withBuilding(
    changed,
    building.filter(({ index }) => !goes(index)),
  );
}
