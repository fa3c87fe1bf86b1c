/** GROUP BY with GROUPING SETS, ROLLUP and CUBE (transformGroupClause, expand_grouping_sets). */
import { type Expr, requireEquality } from "@firstlight/sql";
import { asTag, flag, list, locationOf, string } from "../parse/node.ts";
import { expressionLocation } from "../parse/expression-location.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { bindError } from "./errors.ts";
import { ExprIndex } from "./expr-index.ts";
import type { GroupClause, GroupElement } from "./query-tree.ts";
import type { Scope } from "./scope.ts";
import { groupingTarget } from "./target-reference.ts";
import type { OpenTarget } from "./targets.ts";
import { sameExpr } from "./walk.ts";

const SETS_MAX = 4096;
const CUBE_MAX = 12;

type GroupingSet = readonly number[];

export interface Grouping {
  readonly groupBy: readonly Expr[];
  readonly groupingSets: readonly GroupingSet[] | undefined;
  readonly groupClause?: GroupClause;
}

/** (a, b) without ROW is a list of grouping expressions. */
function rowItems(node: ParseNode): readonly ParseNode[] | undefined {
  const row = asTag(node, "RowExpr");
  if (row === undefined || string(row, "row_format") !== "COERCE_IMPLICIT_CAST") return undefined;
  return list(row, "args");
}

const WRITTEN_KINDS: Readonly<Record<string, "rollup" | "cube" | "sets">> = {
  GROUPING_SET_ROLLUP: "rollup",
  GROUPING_SET_CUBE: "cube",
  GROUPING_SET_SETS: "sets",
};

class GroupBuilder {
  readonly exprs: Expr[] = [];
  readonly #scope: Scope;
  readonly #targets: readonly OpenTarget[];
  readonly #hasSets: boolean;
  /** The expression that each target was found as. */
  readonly #found = new Map<number, number>();
  readonly #known = new ExprIndex();

  constructor(scope: Scope, targets: readonly OpenTarget[], hasSets: boolean) {
    this.#scope = scope;
    this.#targets = targets;
    this.#hasSets = hasSets;
  }

  /** Indexes of the expressions that a node stands for. */
  plain(node: ParseNode): GroupingSet {
    const row = rowItems(node);
    if (row !== undefined) return [...new Set(row.flatMap((each) => this.plain(each)))];
    const { expr, index } = groupingTarget(this.#scope, this.#targets, node);
    const target = this.#targets[index];
    const found = target === undefined ? undefined : this.#found.get(index);
    if (found !== undefined) return [found];
    const own = this.#hasSets && target !== undefined ? this.#ownOf(target) : expr;
    const known = this.#known.find(this.exprs.length, (at) => this.exprs[at], own);
    if (known >= 0) return [known];
    requireEquality(own.type, expressionLocation(node));
    this.#found.set(index, this.exprs.push(own) - 1);
    return [this.exprs.length - 1];
  }

  /**
   * In a set with only one of two targets of the same expression the other one is NULL: so the
   * second is told from the first by a label that changes nothing.
   */
  #ownOf(target: OpenTarget): Expr {
    while (this.exprs.some((each) => sameExpr(each, target.expr))) {
      target.expr = labelled(target.expr);
    }
    return target.expr;
  }

  /** An element as the statement has it. */
  written(node: ParseNode): GroupElement {
    const fields = asTag(node, "GroupingSet");
    if (fields === undefined) {
      return { kind: "simple", refs: this.plain(node), row: rowItems(node) !== undefined };
    }
    const content = list(fields, "content").map((each) => this.written(each));
    const kind = WRITTEN_KINDS[string(fields, "kind")];
    return kind === undefined ? { kind: "simple", refs: [], row: true } : { kind, content };
  }

  /** The sets that one element of GROUP BY stands for. */
  sets(node: ParseNode): readonly GroupingSet[] {
    const fields = asTag(node, "GroupingSet");
    if (fields === undefined) return [this.plain(node)];
    const content = list(fields, "content");
    switch (string(fields, "kind")) {
      case "GROUPING_SET_ROLLUP":
        return rollup(content.map((each) => this.plain(each)));
      case "GROUPING_SET_CUBE":
        return cube(
          content.map((each) => this.plain(each)),
          locationOf(fields),
        );
      case "GROUPING_SET_SETS":
        return content.flatMap((each) => this.sets(each));
      default:
        return [content.flatMap((each) => this.plain(each))];
    }
  }
}

function labelled(arg: Expr): Expr {
  const { type, typmod, position } = arg;
  return { kind: "relabel", type, typmod, position, arg, display: "implicitCast", twin: true };
}

function rollup(parts: readonly GroupingSet[]): readonly GroupingSet[] {
  return Array.from({ length: parts.length + 1 }, (_, dropped) =>
    parts.slice(0, parts.length - dropped).flat(),
  );
}

function cube(parts: readonly GroupingSet[], location: number): readonly GroupingSet[] {
  if (parts.length > CUBE_MAX) {
    throw bindError("54011", `CUBE is limited to ${CUBE_MAX} elements`, location);
  }
  const count = 2 ** parts.length;
  return Array.from({ length: count }, (_, number) => {
    const mask = count - 1 - number;
    const set: number[] = [];
    // The first part is the highest bit, so that sets come in the order of ROLLUP.
    for (const [index, part] of parts.entries()) {
      if (((mask >> (parts.length - 1 - index)) & 1) === 1) set.push(...part);
    }
    return set;
  });
}

/** Both together; most have nothing twice. */
function union(left: GroupingSet, right: GroupingSet): GroupingSet {
  const set = left.length === 0 ? right : left.concat(right);
  return set.every((each, at) => set.indexOf(each) === at) ? set : [...new Set(set)];
}

function product(
  all: readonly (readonly GroupingSet[])[],
  location: number,
): readonly GroupingSet[] {
  let result: readonly GroupingSet[] = [[]];
  for (const sets of all) {
    result = result.flatMap((left) => sets.map((right) => union(left, right)));
    if (result.length > SETS_MAX) {
      throw bindError("54001", `too many grouping sets present (maximum ${SETS_MAX})`, location);
    }
  }
  return result;
}

function withoutDuplicates(sets: readonly GroupingSet[]): readonly GroupingSet[] {
  const seen = new Set<string>();
  return sets.filter((set) => {
    const key = set.toSorted((a, b) => a - b).join(",");
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export function bindGroupBy(
  scope: Scope,
  targets: readonly OpenTarget[],
  fields: ParseNode,
): Grouping {
  const nodes = list(fields, "groupClause");
  const hasSets = nodes.some((node) => asTag(node, "GroupingSet") !== undefined);
  const builder = new GroupBuilder(scope, targets, hasSets);
  const all = nodes.map((node) => builder.sets(node));
  if (!hasSets) return { groupBy: builder.exprs, groupingSets: undefined };
  const distinct = flag(fields, "groupDistinct");
  const groupClause = { distinct, elements: nodes.map((node) => builder.written(node)) };
  const sets = product(all, -1);
  const groupingSets = distinct ? withoutDuplicates(sets) : sets;
  return { groupBy: builder.exprs, groupingSets, groupClause };
}
