/** Statements that the engine runs on a statement's behalf, planned once per catalog image. */
import { bindStatement } from "../bind/bind-statement.ts";
import type { CatalogImage } from "../catalog/catalog-image.ts";
import type { EvaluationContext } from "@firstlight/sql";
import type { Executable } from "../execute/executable.ts";
import { planQuery } from "../execute/plan-query.ts";
import { parse } from "../parse/parser.ts";

const plans = new WeakMap<CatalogImage, Map<string, Executable>>();
const SEARCH_PATH: readonly string[] = ["pg_catalog"];

export function internalPlan(
  image: CatalogImage,
  evaluation: EvaluationContext,
  text: string,
  paramTypes: readonly number[],
): Executable {
  let known = plans.get(image);
  if (known === undefined) {
    known = new Map();
    plans.set(image, known);
  }
  const key = `${paramTypes.join()} ${text}`;
  let plan = known.get(key);
  if (plan === undefined) {
    const [statement] = parse(text);
    if (statement === undefined) throw new TypeError(`no statement: ${text}`);
    const bound = bindStatement(statement, image, {
      searchPath: SEARCH_PATH,
      paramTypes,
      evaluation,
    });
    plan = planQuery(bound, image);
    known.set(key, plan);
  }
  return plan;
}
