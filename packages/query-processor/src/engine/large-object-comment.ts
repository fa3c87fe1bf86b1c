/** The comment on a large object goes with it. */
import { CLASS } from "../catalog/dependencies/object-address.ts";
import { commentOn } from "../catalog/virtual/pg-description.ts";
import type { SchemaTransaction } from "./schema-transaction.ts";

export function dropLargeObjectComment(schema: SchemaTransaction, oid: number): void {
  const comment = commentOn(schema.image, CLASS.largeObject, oid);
  if (comment !== undefined) schema.apply([{ drop: comment.oid }]);
}
