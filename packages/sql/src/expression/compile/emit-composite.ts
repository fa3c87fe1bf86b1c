/** Rows: constructors, fields replaced, and the checks of domains. */
import { InvariantError } from "@firstlight/common";
import { RECORD } from "../../types/oids.ts";
import { isCompositeType } from "../../types/user/composite-type.ts";
import { definitionOf } from "../../types/user/define-type.ts";
import { isDomainType } from "../../types/user/domain-type.ts";
import type { Datum, RecordValue } from "../../values/datum.ts";
import type { EvaluationContext } from "../evaluation-context.ts";
import type { Expr } from "../tree.ts";
import { inputSettings, requireSqlType } from "../type-io.ts";
import type { Emitter, Operand } from "./code-builder.ts";
import { operandList } from "./emit-array.ts";

type Node<K extends Expr["kind"]> = Extract<Expr, { kind: K }>;

/** A named type has names of its own, whatever the columns of the row are called in a query. */
function namesOf(expr: Node<"row">): readonly string[] {
  const definition = definitionOf(expr.type);
  return definition?.kind === "composite"
    ? definition.attributes.map(({ name }) => name)
    : expr.names;
}

export function emitRow(emitter: Emitter, expr: Node<"row">): Operand {
  const operands = expr.fields.map((field) => emitter.emit(field));
  const { builder } = emitter;
  const types = builder.constant(expr.fields.map((field) => field.type));
  const names = namesOf(expr);
  const named = names.length === 0 ? "" : `, names: ${builder.constant(names)}`;
  const typed = expr.type === RECORD ? "" : `, type: ${builder.constant(expr.type)}`;
  return builder.assign(
    `{ tag: "record", types: ${types}, fields: ${operandList(operands)}${named}${typed} }`,
    false,
  );
}

/** FieldStore on a NULL row starts from a row of NULLs. */
export function emitFieldStore(emitter: Emitter, expr: Node<"fieldStore">): Operand {
  const type = requireSqlType(expr.type);
  if (!isCompositeType(type)) throw new InvariantError("fields are stored into a composite only");
  const { builder } = emitter;
  const row = emitter.emit(expr.arg);
  const values = expr.values.map((value) => emitter.emit(value));
  const { fields } = expr;
  const store = (record: RecordValue | null, given: readonly Datum[]): RecordValue => {
    const all = type.attributes.map((_, i): Datum => record?.fields[i] ?? null);
    fields.forEach((field, i) => {
      all[field] = given[i] ?? null;
    });
    return type.make(all);
  };
  return builder.assign(`${builder.constant(store)}(${row.js}, ${operandList(values)})`, false);
}

export function emitCoerceToDomain(emitter: Emitter, expr: Node<"coerceToDomain">): Operand {
  const { builder } = emitter;
  const operand = emitter.emit(expr.arg);
  const domain = requireSqlType(expr.type);
  if (!isDomainType(domain)) throw new InvariantError("only domains have checks");
  const check = (context: EvaluationContext, value: Datum): Datum => {
    domain.check(value, inputSettings(context));
    return value;
  };
  return builder.assign(`${builder.constant(check)}(ctx, ${operand.js})`, operand.nullable);
}
