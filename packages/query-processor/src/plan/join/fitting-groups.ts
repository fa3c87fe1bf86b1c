/**
 * Join problems that are too large for one search: what is beyond its relations is joined by itself
 * first, and is one relation then.
 */
import type { Expr } from "@firstlight/sql";
import type { SemiGroup } from "./distribute.ts";
import { groupItem, relationCount, rtesOfGroup } from "./from-items.ts";
import type { Group, Item } from "./from-items.ts";
import { RELATIONS_MAX } from "./relids.ts";

/** Relations beyond what one problem can hold are joined among themselves first. */
const CHUNK = 8;

function fitting(group: Group, others: number): Group {
  if (relationCount(group) + others <= RELATIONS_MAX) return group;
  let items: Item[] = group.items.map((item) =>
    item.kind === "outer" ? groupItem({ items: [item], quals: [] }) : item,
  );
  // One problem of outer joins within each other: the outermost is taken by itself.
  const [only] = group.items;
  if (group.items.length === 1 && only?.kind === "outer") {
    const sides = { left: wrapped(only.left), right: wrapped(only.right) };
    return { items: [{ ...only, ...sides }], quals: group.quals };
  }
  while (items.length + others > RELATIONS_MAX) {
    const chunk = groupItem({ items: items.slice(0, CHUNK), quals: [] });
    items = [...items.slice(CHUNK), chunk];
  }
  return { items, quals: group.quals };
}

function wrapped(group: Group): Group {
  return relationCount(group) === 1 ? group : { items: [groupItem(group)], quals: [] };
}

/** What is joined, and the semi-joins around it in their order. */
export interface FittingProblem {
  readonly group: Group;
  readonly semis: readonly SemiGroup[];
}

function relationsOf(semis: readonly SemiGroup[]): number {
  return semis.reduce((sum, each) => sum + relationCount(each.right), 0);
}

function within(group: Group, { type, right, condition }: SemiGroup): Group {
  const rtes = new Set([...rtesOfGroup(group), ...rtesOfGroup(right)]);
  const quals: Expr[] = [];
  return { items: [{ kind: "outer", type, left: group, right, condition, rtes }], quals };
}

/** As many of the semi-joins as fit are made first. */
function withSome(group: Group, semis: readonly SemiGroup[]): FittingProblem {
  const inner = fitting(group, CHUNK);
  let count = 0;
  let relations = relationCount(inner);
  for (const { right } of semis) {
    relations += relationCount(right);
    if (relations > RELATIONS_MAX) break;
    count++;
  }
  const made = semis.slice(0, count).reduce(within, inner);
  return { group: { items: [groupItem(made)], quals: [] }, semis: semis.slice(count) };
}

export function fittingProblem(written: FittingProblem): FittingProblem {
  const others = relationsOf(written.semis);
  if (relationCount(written.group) + others <= RELATIONS_MAX) return written;
  if (others <= CHUNK) return { ...written, group: fitting(written.group, others) };
  const semis = written.semis.map((each) => ({
    ...each,
    right: fitting(each.right, RELATIONS_MAX - CHUNK),
  }));
  let problem: FittingProblem = { group: written.group, semis };
  while (relationCount(problem.group) + relationsOf(problem.semis) > RELATIONS_MAX) {
    problem = withSome(problem.group, problem.semis);
  }
  return problem;
}
