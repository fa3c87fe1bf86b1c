/** Arguments of a call as written: positional, then named, then those of WITHIN GROUP. */
import { type Expr, oids } from "@firstlight/sql";
import { asTag, flag, list, locationOf, requiredChild, string } from "../../parse/node.ts";
import type { ParseNode } from "../../parse/parsed-statement.ts";
import { bindError } from "../errors.ts";
import type { Scope } from "../scope.ts";

export interface CallArguments {
  readonly args: readonly Expr[];
  /** Names of the last arguments. */
  readonly argNames: readonly string[];
}

function argumentName(node: ParseNode, names: readonly string[]): string | undefined {
  const named = asTag(node, "NamedArgExpr");
  if (named === undefined) {
    if (names.length === 0) return undefined;
    const tagged = Object.values(node)[0];
    const location =
      typeof tagged === "object" && tagged !== null && "location" in tagged
        ? Number(tagged.location)
        : -1;
    throw bindError("42601", "positional argument cannot follow named argument", location);
  }
  const name = string(named, "name");
  if (names.includes(name)) {
    throw bindError("42601", `argument name "${name}" used more than once`, locationOf(named));
  }
  return name;
}

/** pgjdbc writes its output parameters into calls of functions, as parameters of type void. */
function isOutputParameter({ kind, type }: Expr): boolean {
  return kind === "param" && type === oids.VOID;
}

export function boundArguments(scope: Scope, fields: ParseNode): CallArguments {
  const args: Expr[] = [];
  const argNames: string[] = [];
  const isWithinGroup = flag(fields, "agg_within_group");
  for (const node of list(fields, "args")) {
    const name = argumentName(node, argNames);
    if (name !== undefined) argNames.push(name);
    const arg = scope.expr(node);
    if (name !== undefined || isWithinGroup || !isOutputParameter(arg)) args.push(arg);
  }
  if (isWithinGroup) {
    for (const sort of list(fields, "agg_order")) {
      args.push(scope.expr(requiredChild(asTag(sort, "SortBy") ?? {}, "node")));
    }
  }
  return { args, argNames };
}
