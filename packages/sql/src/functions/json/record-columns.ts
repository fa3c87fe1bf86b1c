/**
 * json_to_record, json_to_recordset and the same of jsonb: rows whose columns the query defines.
 * The caller gives the definitions; a function of pg_proc alone does not know them.
 */
import { featureNotSupported, SqlError } from "@firstlight/common";
import { formatType } from "../../catalog/format-type.ts";
import { elementTypeOid, typeRow } from "../../catalog/type-catalog.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { inputSettings, requireSqlType } from "../../expression/type-io.ts";
import { JSON_TYPE, JSONB } from "../../types/oids.ts";
import { emptyArray, makeArrayWithDims } from "../../values/array.ts";
import type { Datum, Jsonb } from "../../values/datum.ts";
import { makeRecord } from "../../values/record.ts";
import { type JsonView, jsonView } from "./json-view.ts";

export interface DefinedColumn {
  readonly name: string;
  readonly type: number;
  readonly typmod: number;
}

export type RecordReader = (
  context: EvaluationContext,
  value: string | Jsonb | null,
) => Iterable<Datum>;

type FieldReader = (context: EvaluationContext, view: JsonView) => Datum;

function scalarReader(type: number, typmod: number): FieldReader {
  const sqlType = requireSqlType(type);
  const asJson = type === JSON_TYPE || type === JSONB;
  return (context, view) =>
    sqlType.input(asJson ? view.json() : view.text(), typmod, inputSettings(context));
}

function malformedArray(): SqlError {
  return new SqlError("22P02", "malformed JSON array", {
    detail: "Multidimensional arrays must have sub-arrays with matching dimensions.",
  });
}

/** The sizes of nested arrays, which must be the same at every level. */
function dimensionsOf(view: JsonView): readonly number[] {
  const items = view.items();
  const [first] = items;
  if (first === undefined || first.kind !== "array") return [items.length];
  return [items.length, ...dimensionsOf(first)];
}

function collect(view: JsonView, dims: readonly number[], into: JsonView[]): void {
  const [size, ...inner] = dims;
  const items = view.items();
  if (view.kind !== "array" || items.length !== size) throw malformedArray();
  for (const item of items) {
    if (inner.length > 0) collect(item, inner, into);
    else if (item.kind === "array") throw malformedArray();
    else into.push(item);
  }
}

function arrayReader(name: string, type: number, element: number, typmod: number): FieldReader {
  const readElement = fieldReader(name, element, typmod);
  const readText = scalarReader(type, typmod);
  return (context, view) => {
    if (view.kind === "string") return readText(context, view);
    if (view.kind !== "array") {
      throw new SqlError("22P02", "expected JSON array", {
        hint: `See the value of key "${name}".`,
      });
    }
    const dims = dimensionsOf(view);
    const leaves: JsonView[] = [];
    collect(view, dims, leaves);
    if (leaves.length === 0) return emptyArray(element);
    const lower = dims.map(() => 1);
    return makeArrayWithDims(
      element,
      dims,
      lower,
      leaves.map((leaf) => (leaf.kind === "null" ? null : readElement(context, leaf))),
    );
  };
}

function fieldReader(name: string, type: number, typmod: number): FieldReader {
  const kind = typeRow(type)?.kind;
  if (kind === undefined || kind === "c" || kind === "d") {
    throw featureNotSupported(`column "${name}" of type ${formatType(type)} from JSON`);
  }
  const element = elementTypeOid(type);
  return element === 0 ? scalarReader(type, typmod) : arrayReader(name, type, element, typmod);
}

function invalid(message: string): SqlError {
  return new SqlError("22023", message);
}

/** PostgreSQL names the routine that it does this with. */
function requireObject(view: JsonView): void {
  if (view.kind === "object") return;
  throw invalid(
    `cannot call populate_composite on ${view.kind === "array" ? "an array" : "a scalar"}`,
  );
}

function requireArray(view: JsonView, name: string, isBinary: boolean): void {
  if (view.kind === "array") return;
  if (isBinary) throw invalid(`cannot call ${name} on a non-array`);
  throw invalid(`cannot call ${name} on ${view.kind === "object" ? "an object" : "a scalar"}`);
}

const NAME = /^jsonb?_to_record(set)?$/;

/** How the function of that name makes rows of these columns; undefined for other functions. */
export function jsonRecordReader(
  name: string,
  columns: readonly DefinedColumn[],
): RecordReader | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const types = columns.map((column) => column.type);
  const readers = columns.map((column) => fieldReader(column.name, column.type, column.typmod));
  const rowOf = (context: EvaluationContext, view: JsonView): Datum =>
    makeRecord(
      types,
      columns.map((column, i) => {
        const field = view.member(column.name);
        if (field === undefined || field.kind === "null") return null;
        return readers[i]?.(context, field) ?? null;
      }),
    );
  if (match[1] === undefined) {
    return (context, value) => {
      if (value === null) return [null];
      const view = jsonView(value);
      requireObject(view);
      return [rowOf(context, view)];
    };
  }
  return (context, value) => {
    if (value === null) return [];
    const view = jsonView(value);
    requireArray(view, name, name.startsWith("jsonb"));
    return view.items().map((item) => {
      if (item.kind !== "object") {
        throw invalid(`argument of ${name} must be an array of objects`);
      }
      return rowOf(context, item);
    });
  };
}
