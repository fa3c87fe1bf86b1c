/** TABLESAMPLE in FROM (transformRangeTableSample). */
import { coerceToSpecificType, oids } from "@firstlight/sql";
import { asTag, child, list, locationOf, names, requiredChild } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";
import { bindError } from "./errors.ts";
import type { FromResult } from "./namespace.ts";
import type { TableSample } from "./query-tree.ts";
import type { Scope } from "./scope.ts";

function methodOf(fields: ParseNode): TableSample["method"] {
  const written = names(fields, "method");
  const name = written.at(-1) ?? "";
  if (name === "bernoulli" || name === "system") return name;
  throw bindError(
    "42704",
    `tablesample method ${written.join(".")} does not exist`,
    locationOf(fields),
  );
}

/** The sampled relation's entry gets the sample; it has to be a table. */
export function sampled(scope: Scope, fields: ParseNode, result: FromResult): FromResult {
  const { item } = result;
  const rte = item.kind === "rte" ? item.rte : -1;
  const entry = scope.rangeTable[rte];
  if (entry?.kind !== "table") {
    const location = locationOf(asTag(requiredChild(fields, "relation"), "RangeVar") ?? {});
    throw bindError(
      "0A000",
      "TABLESAMPLE clause can only be applied to tables and materialized views",
      location,
    );
  }
  const method = methodOf(fields);
  const args = list(fields, "args");
  const [argument] = args;
  if (argument === undefined || args.length !== 1) {
    throw bindError(
      "2202H",
      `tablesample method ${method} requires 1 argument, not ${args.length}`,
      locationOf(fields),
    );
  }
  const { resolve } = scope.context;
  const percentage = scope.expr(argument, "fromFunction");
  const seed = child(fields, "repeatable");
  const repeatable = seed === undefined ? undefined : scope.expr(seed, "fromFunction");
  scope.rangeTable[rte] = {
    ...entry,
    sample: {
      method,
      percentage: coerceToSpecificType(resolve, percentage, oids.FLOAT4, "TABLESAMPLE"),
      repeatable:
        repeatable === undefined
          ? undefined
          : coerceToSpecificType(resolve, repeatable, oids.FLOAT8, "REPEATABLE"),
    },
  };
  return result;
}
