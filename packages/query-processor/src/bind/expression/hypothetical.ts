/** Hypothetical-set aggregates: each direct argument takes the type of its sort column or both a common one. */
import { SqlError } from "@firstlight/common";
import { coerceToCommonType, commonTypeOf, type Expr, formatType } from "@firstlight/sql";
import { bindError } from "../errors.ts";
import type { Scope } from "../scope.ts";

export interface HypotheticalArguments {
  readonly direct: readonly Expr[];
  readonly sorted: readonly Expr[];
}

function checkCounts(name: string, args: readonly Expr[], sorted: number, position: number): void {
  const direct = args.length - sorted;
  if (direct === sorted) return;
  const types = args.map((arg) => formatType(arg.type)).join(", ");
  throw new SqlError("42883", `function ${name}(${types}) does not exist`, {
    position: position + 1,
    hint: `To use the hypothetical-set aggregate ${name}, the number of hypothetical direct arguments (here ${direct}) must match the number of ordering columns (here ${sorted}).`,
  });
}

/** `args` has the direct arguments first. */
export function hypotheticalArguments(
  scope: Scope,
  name: string,
  args: readonly Expr[],
  sortCount: number,
  position: number,
): HypotheticalArguments {
  checkCounts(name, args, sortCount, position);
  const direct: Expr[] = [];
  const sorted: Expr[] = [];
  for (let i = 0; i < sortCount; i++) {
    const hypothetical = args[i] as Expr;
    const column = args[sortCount + i] as Expr;
    const type = commonTypeOf([column.type, hypothetical.type]);
    if (type === undefined) {
      throw bindError(
        "42804",
        `WITHIN GROUP types ${formatType(column.type)} and ${formatType(hypothetical.type)} cannot be matched`,
        hypothetical.position,
      );
    }
    const { resolve } = scope.context;
    direct.push(coerceToCommonType(resolve, hypothetical, type, "WITHIN GROUP"));
    sorted.push(coerceToCommonType(resolve, column, type, "WITHIN GROUP"));
  }
  return { direct, sorted };
}
