/** The context in which index expressions are computed: they are immutable, so any session's. */
import type { EvaluationContext } from "@firstlight/sql";
import type { TableDescriptor } from "../catalog/descriptors.ts";
import { catalogOf } from "./index-expressions.ts";
import { schemaEvaluation } from "./schema-evaluation.ts";

export function schemaEvaluationOf(table: TableDescriptor): EvaluationContext {
  return schemaEvaluation(catalogOf(table), ["public"]);
}
