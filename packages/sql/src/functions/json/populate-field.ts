/**
 * JSON values as values of any type: populate_record_field. Objects become composites, arrays
 * arrays; everything else, and strings for any type, goes through the type's input function.
 */
import { SqlError } from "@firstlight/common";
import { elementTypeOid } from "../../catalog/type-catalog.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { inputSettings, requireSqlType } from "../../expression/type-io.ts";
import { JSON_TYPE, JSONB } from "../../types/oids.ts";
import { type CompositeType, isCompositeType } from "../../types/user/composite-type.ts";
import { definitionOf } from "../../types/user/define-type.ts";
import { isDomainType } from "../../types/user/domain-type.ts";
import type { Datum, RecordValue } from "../../values/datum.ts";
import type { JsonView } from "./json-view.ts";
import { populateArray } from "./populate-array.ts";

/** `view` undefined: there is no such value; `before`: what stands where JSON has nothing. */
export type FieldReader = (
  context: EvaluationContext,
  view: JsonView | undefined,
  before: Datum,
) => Datum;

function isNull(view: JsonView | undefined): view is undefined {
  return view === undefined || view.kind === "null";
}

function scalarReader(type: number, typmod: number): FieldReader {
  const sqlType = requireSqlType(type);
  const asJson = type === JSON_TYPE || type === JSONB;
  return (context, view) =>
    isNull(view)
      ? null
      : sqlType.input(asJson ? view.json() : view.text(), typmod, inputSettings(context));
}

function arrayReader(
  column: string | undefined,
  type: number,
  element: number,
  typmod: number,
): FieldReader {
  const readElement = fieldReader(undefined, element, typmod);
  const readText = scalarReader(type, typmod);
  return (context, view, before) => {
    if (isNull(view)) return null;
    if (view.kind === "string") return readText(context, view, before);
    return populateArray(context, view, element, column, (item) =>
      readElement(context, item, null),
    );
  };
}

export function requireObject(view: JsonView): void {
  if (view.kind === "object") return;
  // PostgreSQL names the routine that it does this with.
  const what = view.kind === "array" ? "an array" : "a scalar";
  throw new SqlError("22023", `cannot call populate_composite on ${what}`);
}

function compositeReader(type: number, composite: CompositeType): FieldReader {
  const readText = scalarReader(type, -1);
  const read = recordReader(composite.attributes);
  return (context, view, before) => {
    if (isNull(view)) return null;
    if (view.kind === "string") return readText(context, view, before);
    requireObject(view);
    const fields = read(context, view, before as RecordValue | null);
    return fields === undefined ? before : composite.make(fields);
  };
}

function domainReader(
  column: string | undefined,
  type: number,
  base: number,
  typmod: number,
): FieldReader {
  const domain = requireSqlType(type);
  const read = fieldReader(column, base, typmod);
  return (context, view, before) => {
    const value = read(context, view, before);
    if (isDomainType(domain)) domain.check(value, inputSettings(context));
    return value;
  };
}

/** `column` is for errors. */
export function fieldReader(column: string | undefined, type: number, typmod: number): FieldReader {
  const definition = definitionOf(type);
  if (definition?.kind === "domain") {
    return domainReader(column, type, definition.baseType, definition.baseTypmod);
  }
  const sqlType = requireSqlType(type);
  if (isCompositeType(sqlType)) return compositeReader(type, sqlType);
  const element = elementTypeOid(type);
  return element === 0 ? scalarReader(type, typmod) : arrayReader(column, type, element, typmod);
}

export interface DefinedColumn {
  readonly name: string;
  readonly type: number;
  readonly typmod: number;
}

export type ReadRecord = (
  context: EvaluationContext,
  view: JsonView,
  before: RecordValue | null,
) => Datum[] | undefined;

/** The fields of a record; undefined when an empty object leaves `before` as it is. */
export function recordReader(columns: readonly DefinedColumn[]): ReadRecord {
  // A composite may be part of a type that it is read for: readers are made when needed.
  let readers: readonly FieldReader[] | undefined;
  return (context, view, before) => {
    if (before !== null && view.isEmpty()) return undefined;
    readers ??= columns.map(({ name, type, typmod }) => fieldReader(name, type, typmod));
    return columns.map(({ name }, i) => {
      const old = before?.fields[i] ?? null;
      const field = view.member(name);
      if (before !== null && field === undefined) return old;
      return readers?.[i]?.(context, field, old) ?? null;
    });
  };
}
