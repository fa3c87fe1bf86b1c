/**
 * Literals are constants from when a statement is analysed: of what was prepared then they are not read
 * again, with other settings and at another time, by plans that take the place of its first one. They
 * are where something that the statement relies on has changed, which makes it another statement.
 */
import { isDeepStrictEqual } from "node:util";
import type { Datum, EvaluationContext, FormatSettings } from "@firstlight/sql";
import { definitionOf, typeOid } from "@firstlight/sql";
import type { BindResult } from "../bind/query-tree.ts";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import type { CatalogObject } from "../catalog/descriptors.ts";
import { withTypeOids } from "../catalog/type-numbers.ts";
import type { PreparedPlan } from "./prepared.ts";

export interface LiteralReading {
  readonly format: FormatSettings;
  /** Undefined where no literal says when it was read. */
  readonly transactionTime: bigint | undefined;
}

export interface ReadLiterals {
  readonly values: readonly Datum[];
  readonly types: readonly number[];
}

export function readingOf(
  context: EvaluationContext,
  literals: BindResult["literals"],
): LiteralReading {
  const { format } = context;
  return { format, transactionTime: literals === "now" ? context.transactionTime : undefined };
}

/** That of the plan, as long as what it relies on is as it was. */
export function readingOn(outdated: PreparedPlan, image: CatalogImage): LiteralReading | undefined {
  const isSame = outdated.dependencies.every((oid) =>
    meansTheSame(outdated.image.objects.get(oid), image.objects.get(oid)),
  );
  return isSame ? outdated.reading : undefined;
}

function meansTheSame(
  before: CatalogObject | undefined,
  after: CatalogObject | undefined,
): boolean {
  if (before === after) return true;
  if (before === undefined || after === undefined) return false;
  // Its values are what they were whatever their labels are called.
  if (isEnum(before) && isEnum(after)) return true;
  return isDeepStrictEqual(withTypeOids(before), withTypeOids(after));
}

function isEnum(object: CatalogObject): boolean {
  return object.kind === "type" && object.definition.kind === "enum";
}

/** Whether values of these types are such of those. */
export function keepValues(before: readonly number[], after: readonly number[]): boolean {
  return before.length === after.length && before.every((type, at) => isSameType(type, after[at]));
}

/** Labels of an enum do not make another type of it. */
export function isSameType(before: number, after = 0): boolean {
  if (before === after) return true;
  const isOfLabels = definitionOf(before)?.kind === "enum" && definitionOf(after)?.kind === "enum";
  return isOfLabels && typeOid(before) === typeOid(after);
}
