/**
 * json_populate_record and json_to_record with their set-returning and jsonb kin. A record without
 * a named type has the columns that the query defines, which its caller gives.
 */
import { SqlError } from "@firstlight/common";
import { formatType } from "../../catalog/format-type.ts";
import { baseTypeOid } from "../../catalog/type-catalog.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { inputSettings, requireSqlType } from "../../expression/type-io.ts";
import { RECORD } from "../../types/oids.ts";
import { isCompositeType } from "../../types/user/composite-type.ts";
import { checkNull } from "../../types/user/domain-type.ts";
import type { Datum, Jsonb, RecordValue } from "../../values/datum.ts";
import { makeRecord } from "../../values/record.ts";
import type { Steps } from "../long-call.ts";
import { longCall, longIfMore } from "../long-call.ts";
import { registerPolymorphic, registerSetReturning } from "../registry.ts";
import { type JsonView, jsonView } from "./json-view.ts";
import {
  type DefinedColumn,
  fieldReader,
  type ReadRecord,
  recordReader,
  requireObject,
} from "./populate-field.ts";

export type { DefinedColumn } from "./populate-field.ts";

/** `args` as the function has them. */
export type RecordReader = (
  context: EvaluationContext,
  ...args: readonly Datum[]
) => Iterable<Datum>;

/** Read as far as that takes long. */
function objectView(context: EvaluationContext, value: string | Jsonb): JsonView {
  const view = jsonView(value);
  const { gather } = view;
  if (gather === undefined) return view;
  return longCall(context, function* gathered() {
    yield* gather();
    return view;
  });
}

type Json = string | Jsonb | null;

function invalid(message: string): SqlError {
  return new SqlError("22023", message);
}

function requireArray(view: JsonView, name: string): void {
  if (view.kind === "array") return;
  if (name.startsWith("jsonb")) throw invalid(`cannot call ${name} on a non-array`);
  throw invalid(`cannot call ${name} on ${view.kind === "object" ? "an object" : "a scalar"}`);
}

/** What makes one row: of a JSON object, over what is there before. */
type RowMaker = (context: EvaluationContext, view: JsonView, before: RecordValue | null) => Datum;

/** Rows between two looks at the clock. */
const ROWS_PER_STEP = 256;

/** All of them are read before the first one is there: whichever fails ends the statement. */
function rowsOf(
  context: EvaluationContext,
  name: string,
  value: Json,
  row: (view: JsonView) => Datum,
): Iterable<Datum> {
  if (value === null) return [];
  const view = jsonView(value);
  requireArray(view, name);
  return longIfMore(context, () => rowSteps(name, view, row));
}

function* rowSteps(
  name: string,
  view: JsonView,
  row: (view: JsonView) => Datum,
): Steps<readonly Datum[]> {
  const rows: Datum[] = [];
  for (const item of view.eachItem()) {
    if (item.kind !== "object") throw invalid(`argument of ${name} must be an array of objects`);
    if (item.gather !== undefined) yield* item.gather();
    rows.push(row(item));
    if (rows.length % ROWS_PER_STEP === 0) yield;
  }
  return rows;
}

function anonymousRow(columns: readonly DefinedColumn[]): RowMaker {
  const types = columns.map((column) => column.type);
  const read = recordReader(columns);
  return (context, view, before) => {
    const fields = read(context, view, before);
    return fields === undefined ? before : makeRecord(types, fields);
  };
}

function mismatch(detail: string): SqlError {
  const text = "function return row and query-specified return row do not match";
  return new SqlError("42804", text, { detail });
}

/** A record that is given tells its columns, and they must be those of the query. */
function checkedRow(columns: readonly DefinedColumn[]): RowMaker {
  const anonymous = anonymousRow(columns);
  return (context, view, before) => {
    if (before === null) return anonymous(context, view, before);
    const { types } = before;
    if (types.length !== columns.length) {
      const attributes = types.length === 1 ? "1 attribute" : `${types.length} attributes`;
      throw mismatch(`Returned row contains ${attributes}, but query expects ${columns.length}.`);
    }
    columns.forEach(({ type }, i) => {
      const given = types[i] ?? 0;
      if (given === type) return;
      throw mismatch(
        `Returned type ${formatType(given)} at ordinal position ${i + 1}, but query expects ${formatType(type)}.`,
      );
    });
    return anonymousRow(columnsOfRecord(before))(context, view, before);
  };
}

const NAME = /^jsonb?_(to|populate)_record(set)?$/;

/** How the function of that name makes rows of these columns; undefined for other functions. */
export function jsonRecordReader(
  name: string,
  columns: readonly DefinedColumn[],
): RecordReader | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const populates = match[1] === "populate";
  const row = populates ? checkedRow(columns) : anonymousRow(columns);
  const before = (args: readonly Datum[]): RecordValue | null =>
    populates ? ((args[0] ?? null) as RecordValue | null) : null;
  const json = (args: readonly Datum[]): Json => (args[populates ? 1 : 0] ?? null) as Json;
  if (match[2] !== undefined) {
    return (context, ...args) =>
      rowsOf(context, name, json(args), (view) => row(context, view, before(args)));
  }
  return (context, ...args) => {
    const value = json(args);
    if (value === null) return [before(args)];
    const view = objectView(context, value);
    requireObject(view);
    return [row(context, view, before(args))];
  };
}

function notComposite(name: string): SqlError {
  return new SqlError("42804", `first argument of ${name} must be a row type`);
}

function unknownRow(name: string): SqlError {
  return new SqlError("0A000", `could not determine row type for result of ${name}`, {
    hint: "Provide a non-null record argument, or call the function in the FROM clause using a column definition list.",
  });
}

/** An anonymous record tells its columns itself. */
function columnsOfRecord(record: RecordValue): readonly DefinedColumn[] {
  return record.types.map((type, i) => ({
    name: record.names?.[i] ?? `f${i + 1}`,
    type,
    typmod: -1,
  }));
}

function ofRecord(name: string): RowMaker {
  return (context, view, before) => {
    if (before === null) throw unknownRow(name);
    const read: ReadRecord = recordReader(columnsOfRecord(before));
    const fields = read(context, view, before);
    return fields === undefined ? before : { ...before, fields };
  };
}

/** What one object becomes, by the type of the first argument. */
function rowMaker(name: string, type: number): RowMaker {
  if (type === RECORD) return ofRecord(name);
  if (!isCompositeType(requireSqlType(baseTypeOid(type)))) throw notComposite(name);
  const read = fieldReader(undefined, type, -1);
  return (context, view, before) => read(context, view, before);
}

function populateOne(name: string) {
  return ({ argTypes }: { readonly argTypes: readonly number[] }) => {
    const type = argTypes[0] ?? RECORD;
    let make: RowMaker | undefined;
    return (context: EvaluationContext, before: RecordValue | null, value: Json): Datum => {
      make ??= rowMaker(name, type);
      if (value === null) {
        if (before === null && type !== RECORD) checkNullOf(context, type);
        return before;
      }
      const view = objectView(context, value);
      if (view.kind === "null") return null;
      requireObject(view);
      return make(context, view, before);
    };
  };
}

function checkNullOf(context: EvaluationContext, type: number): void {
  checkNull(requireSqlType(type), inputSettings(context));
}

function populateSet(name: string) {
  return ({ argTypes }: { readonly argTypes: readonly number[] }) => {
    let make: RowMaker | undefined;
    return (
      context: EvaluationContext,
      before: RecordValue | null,
      value: Json,
    ): Iterable<Datum> => {
      const type = argTypes[0] ?? RECORD;
      if (type === RECORD && before === null) throw unknownRow(name);
      const row = (make ??= rowMaker(name, type));
      return rowsOf(context, name, value, (view) => row(context, view, before));
    };
  };
}

export function registerJsonRecords(): void {
  registerPolymorphic({
    json_populate_record: populateOne("json_populate_record"),
    jsonb_populate_record: populateOne("jsonb_populate_record"),
  });
  registerSetReturning({
    json_populate_recordset: populateSet("json_populate_recordset"),
    jsonb_populate_recordset: populateSet("jsonb_populate_recordset"),
  });
}
