/**
 * COPY FROM into what takes no rows: views, materialized views and sequences, and FREEZE into tables
 * that others may have seen. PostgreSQL asks for the data first, and refuses then (CopyFrom).
 */
import { SqlError } from "@firstlight/common";
import type { Relation } from "../catalog/catalog.ts";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import type { CopyTarget, FreezeRequest } from "./engine.ts";
import type { SchemaTransaction } from "./schema-transaction.ts";

const SEQUENCE_COLUMNS = ["last_value", "log_cnt", "is_called"];

/** Undefined where rows can be stored. */
export function refusalOf(relation: Relation): SqlError | undefined {
  const { kind, name } = relation;
  if (kind === "view") {
    return new SqlError("42809", `cannot copy to view "${name}"`, {
      hint: "To enable copying to a view, provide an INSTEAD OF INSERT trigger.",
    });
  }
  if (kind === "sequence") return new SqlError("42809", `cannot copy to sequence "${name}"`);
  if (kind !== "table" || relation.materialized === undefined) return undefined;
  return new SqlError("42809", `cannot copy to materialized view "${name}"`);
}

export function freezeRefusal(
  schema: SchemaTransaction,
  table: TableDescriptor,
  freeze: FreezeRequest | undefined,
): SqlError | undefined {
  if (freeze === undefined) return undefined;
  if (freeze.hasReaders) {
    const text = "cannot perform COPY FREEZE because of prior transaction activity";
    return new SqlError("25000", text);
  }
  if (schema.isNewSince(freeze.savepoint, table)) return undefined;
  const text =
    "cannot perform COPY FREEZE because the table was not created or truncated in the current subtransaction";
  return new SqlError("55000", text);
}

export function columnNamesOf(relation: Relation): readonly string[] {
  return relation.kind === "sequence" ? SEQUENCE_COLUMNS : relation.columns.map(({ name }) => name);
}

export class RefusedCopy implements CopyTarget {
  readonly table: string;
  readonly tableColumns: readonly string[];
  readonly columns: CopyTarget["columns"];
  readonly refusal: SqlError;
  readonly taken: undefined = undefined;

  constructor(relation: Relation, columns: readonly string[], refusal: SqlError) {
    this.table = relation.name;
    this.tableColumns = columnNamesOf(relation);
    this.columns = columns.map((name) => ({ name, type: 25, typmod: -1, hasDefault: false }));
    this.refusal = refusal;
  }

  add(): never {
    throw this.refusal;
  }

  judge(): never {
    throw this.refusal;
  }

  finish(): never {
    throw this.refusal;
  }
}
