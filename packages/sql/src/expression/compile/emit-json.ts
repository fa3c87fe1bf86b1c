/** The JSON constructors and tests of the SQL standard. */
import { isJson, jsonMaker } from "../../functions/json/sql-json.ts";
import type { Datum } from "../../values/datum.ts";
import type { Expr } from "../tree.ts";
import type { Emitter, Operand } from "./code-builder.ts";

type Node<K extends Expr["kind"]> = Extract<Expr, { kind: K }>;

export function emitJsonConstructor(emitter: Emitter, expr: Node<"jsonConstructor">): Operand {
  const operands = expr.args.map((arg) => emitter.emit(arg));
  const { builder } = emitter;
  const make = builder.constant(
    jsonMaker(
      expr,
      expr.args.map((arg) => arg.type),
    ),
  );
  return builder.assign(`${make}(ctx, [${operands.map((each) => each.js).join(", ")}])`, false);
}

export function emitJsonTest(emitter: Emitter, expr: Node<"isJson">): Operand {
  const { js, nullable } = emitter.emit(expr.arg);
  const { builder } = emitter;
  const { type } = expr.arg;
  const test = builder.constant((value: Datum) => isJson(type, value, expr));
  return builder.assign(
    nullable ? `${js} === null ? null : ${test}(${js})` : `${test}(${js})`,
    nullable,
  );
}
