/** 23505 of an index that cannot be made of the rows that are there. */
import { SqlError } from "@firstlight/common";
import type { Row } from "@firstlight/sql";
import type { IndexDescriptor } from "../catalog/descriptors.ts";
import { duplicateKey } from "./row-writer.ts";
import type { RowJudge } from "./row-constraints.ts";

export function couldNotCreate(
  judge: Omit<RowJudge, "checks">,
  index: IndexDescriptor,
  values: Row,
): SqlError {
  const cause = duplicateKey(judge, index, values);
  const detail = cause.fields.detail?.replace("already exists", "is duplicated");
  const text = `could not create unique index "${index.name}"`;
  return new SqlError("23505", text, { ...cause.fields, detail });
}
