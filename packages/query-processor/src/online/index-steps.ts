/** The states of an index that is built online, as changes of its table's descriptor. */
import type { BuildState, BuildingIndex, TableDescriptor } from "../catalog/descriptors.ts";
import { nextOnlineStep } from "../catalog/online-steps.ts";
import { buildingOf, withBuilding } from "../catalog/table-indexes.ts";

/** The table with a new index that nobody reads yet. */
export function withNewBuild(table: TableDescriptor, build: BuildingIndex): TableDescriptor {
  const changed = withBuilding(table, [...(table.building ?? []), build]);
  return nextOnlineStep(changed, {
    nextIndex: Math.max(table.nextIndex, build.index.number + 1),
  });
}

export function withState(table: TableDescriptor, oid: number, state: BuildState): TableDescriptor {
  const building = (table.building ?? []).map((each) =>
    each.index.oid === oid ? { ...each, state } : each,
  );
  return nextOnlineStep({ ...table, building }, {});
}

function others(table: TableDescriptor, oid: number): readonly BuildingIndex[] {
  return (table.building ?? []).filter(({ index }) => index.oid !== oid);
}

/** Takes the index away; harmless, as nobody reads it. */
export function withoutBuild(table: TableDescriptor, oid: number): TableDescriptor {
  return nextOnlineStep(withBuilding(table, others(table, oid)), {});
}

/**
 * From now on it is read. One that replaces another becomes that one with new entries; the old ones
 * are garbage: writers on the state before still write both.
 */
export function withPublic(table: TableDescriptor, oid: number): TableDescriptor {
  const build = buildingOf(table, oid);
  if (build === undefined) return table;
  const { index, replaces } = build;
  const failed = others(table, oid).find((each) => each.index.oid === replaces);
  const rest = others(table, oid).filter((each) => each !== failed);
  const { number } = index;
  const published =
    failed !== undefined
      ? [...table.indexes, { ...failed.index, number }]
      : replaces === undefined
        ? [...table.indexes, index]
        : table.indexes.map((each) => (each.oid === replaces ? { ...each, number } : each));
  return nextOnlineStep(withBuilding(table, rest), { indexes: published });
}
