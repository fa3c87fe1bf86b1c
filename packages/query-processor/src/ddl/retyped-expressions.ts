/**
 * Conditions and index expressions over columns that get other types: from then on they are what
 * their text says, in which casts that were implicit are written out (ATPostAlterTypeParse).
 */
import type { Expr } from "@firstlight/sql";
import { expressionNode } from "../bind/table-expressions.ts";
import { type Pins } from "../bind/pins.ts";
import { withoutPositions } from "../bind/errors.ts";
import type { CheckDescriptor, IndexDescriptor, TableDescriptor } from "../catalog/descriptors.ts";
import {
  checkColumns,
  checkExpression,
  columnsOf,
  storedExpression,
} from "../catalog/virtual/expression-text.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import type { DdlContext } from "./ddl-context.ts";
import { imageOf } from "./ddl-context.ts";
import { bindRowExpression, pinned, storeCheck } from "./stored-expression.ts";

export interface Retyping {
  readonly context: DdlContext;
  readonly before: TableDescriptor;
  readonly after: TableDescriptor;
  /** Numbers of the columns. */
  readonly columns: readonly number[];
}

export function retypedCheck(retyping: Retyping, check: CheckDescriptor): CheckDescriptor {
  const { context, before, after, columns } = retyping;
  const image = imageOf(context);
  if (!checkColumns(check, before, image).some((each) => columns.includes(each))) return check;
  const { text } = checkExpression(check, before, image);
  const { expression } = withoutPositions(() => storeCheck(context, after, expressionNode(text)));
  return { ...check, expression };
}

type RowKind = "indexExpression" | "indexPredicate" | "statisticsExpression";

export interface StoredPart {
  readonly text: string;
  readonly bound: Expr;
}

/** Of an index or of statistics. */
export function retypedPart(retyping: Retyping, stored: string, kind: RowKind): StoredPart {
  const { context, before, after, columns } = retyping;
  return withoutPositions(() => {
    const tree = JSON.parse(stored) as ParseNode;
    const bound = bindRowExpression(context, before, tree, kind);
    if (!columnsOf(bound).some((each) => columns.includes(each))) return { text: stored, bound };
    const { text } = storedExpression(bound, before, imageOf(context));
    const pins: Pins = new Map();
    const node = expressionNode(text);
    const changed = bindRowExpression(context, after, node, kind, pins);
    return { text: JSON.stringify(pinned(context, node, changed, pins)), bound: changed };
  });
}

export function retypedIndex(retyping: Retyping, index: IndexDescriptor): IndexDescriptor {
  const { predicate } = index;
  const columns = index.columns.map((each) => {
    if (each.expression === undefined) return each;
    const { text, bound } = retypedPart(retyping, each.expression.text, "indexExpression");
    const { type, typmod } = bound;
    return { ...each, expression: { ...each.expression, text, type, typmod } };
  });
  if (predicate === undefined) return { ...index, columns };
  return { ...index, columns, predicate: retypedPart(retyping, predicate, "indexPredicate").text };
}
