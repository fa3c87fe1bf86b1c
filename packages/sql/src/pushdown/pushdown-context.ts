/** The context of expressions that run away from their session: immutable ones need no more. */
import { InvariantError } from "@firstlight/common";
import { DEFAULT_FORMAT, type EvaluationContext } from "../expression/evaluation-context.ts";

function refuse(): never {
  throw new InvariantError("a pushed-down expression asks for time or chance");
}

export const PUSHDOWN_CONTEXT: EvaluationContext = {
  params: [],
  execParams: [],
  format: DEFAULT_FORMAT,
  transactionTime: 0n,
  statementTime: 0n,
  clockTime: refuse,
  random: refuse,
  randomBytes: refuse,
  session: undefined,
};
