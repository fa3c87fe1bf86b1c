/**
 * What has to be on either side of an outer join or semi-join, and which joins below it may be moved
 * across it: make_outerjoininfo and check_outerjoin_delay of PostgreSQL 15.
 */
import type { Relids } from "./relids.ts";
import { contains, overlaps } from "./relids.ts";
import type { SpecialJoin } from "./join-problem.ts";

export interface WrittenJoin {
  readonly type: SpecialJoin["type"];
  readonly left: Relids;
  readonly right: Relids;
  /** Relations that plain joins below it join. */
  readonly innerJoined: Relids;
  /** Relations that its condition is about, and those whose NULLs it rejects. */
  readonly condition: Relids;
  readonly strict: Relids;
}

function isOneWay(type: SpecialJoin["type"]): boolean {
  return type === "semi" || type === "anti";
}

function written(join: SpecialJoin): Relids {
  return join.writtenLeft | join.writtenRight;
}

export function specialJoin(join: WrittenJoin, below: readonly SpecialJoin[]): SpecialJoin {
  const { type, left, right, condition, strict } = join;
  const shape = { type, writtenLeft: left, writtenRight: right, delaysUpper: false };
  if (type === "full") return { ...shape, minLeft: left, minRight: right, leftStrict: false };
  let minLeft = condition & left;
  let minRight = (condition | join.innerJoined) & right;
  for (const other of below) {
    if (other.type === "full") {
      if (overlaps(left, written(other))) minLeft |= written(other);
      if (overlaps(right, written(other))) minRight |= written(other);
      continue;
    }
    if (overlaps(left, other.writtenRight) && staysBelowLeft(join, other)) {
      minLeft |= written(other);
    }
    if (overlaps(right, other.writtenRight) && staysBelowRight(join, other)) {
      minRight |= written(other);
    }
  }
  return {
    ...shape,
    minLeft: minLeft === 0 ? left : minLeft,
    minRight: minRight === 0 ? right : minRight,
    leftStrict: overlaps(strict, left),
  };
}

/** A lower join on the left whose right side the condition looks at without rejecting its NULLs. */
function staysBelowLeft({ type, condition, strict }: WrittenJoin, other: SpecialJoin): boolean {
  const looksAt = overlaps(condition, other.writtenRight);
  return looksAt && (isOneWay(type) || !overlaps(strict, other.minRight));
}

function staysBelowRight({ type, condition }: WrittenJoin, other: SpecialJoin): boolean {
  return (
    overlaps(condition, other.writtenRight) ||
    !overlaps(condition, other.minLeft) ||
    isOneWay(type) ||
    isOneWay(other.type) ||
    !other.leftStrict ||
    other.delaysUpper
  );
}

/** What a condition above these joins needs: all of each join that may make its columns NULL. */
export function delayed(relids: Relids, below: readonly SpecialJoin[]): Relids {
  let needed = relids;
  for (let changed = true; changed;) {
    changed = false;
    for (const join of below) {
      const nullable = nullableSide(join);
      if (!overlaps(needed, nullable)) continue;
      const both = join.minLeft | join.minRight;
      if (!contains(needed, both)) {
        needed |= both;
        changed = true;
      }
      if (join.type !== "full" && overlaps(needed, join.minLeft)) join.delaysUpper = true;
    }
  }
  return needed;
}

/** Columns that the join may make NULL; semi-joins and anti-joins have none above them. */
function nullableSide(join: SpecialJoin): Relids {
  if (join.type === "full") return join.minLeft | join.minRight;
  return join.type === "left" ? join.minRight : 0;
}
