/** Three-valued logic, tests for null and truth, conditionals. Later operands run only if needed. */
import { baseTypeOid, isComposite } from "../../catalog/type-catalog.ts";
import { RECORD } from "../../types/oids.ts";
import type { Expr } from "../tree.ts";
import { anyNull, emitProcCall } from "./emit-call.ts";
import type { Emitter, Operand } from "./code-builder.ts";
import type { RowsOfArms } from "./row-membership.ts";
import { dividedArms, rowMembership } from "./row-membership.ts";

type Node<K extends Expr["kind"]> = Extract<Expr, { kind: K }>;

/** AND stops at false, OR at true; a null on the way makes the result null unless it stops. */
export function emitAndOr(emitter: Emitter, expr: Node<"and" | "or" | "not">): Operand {
  const { builder } = emitter;
  const stop = expr.kind === "and" ? "false" : "true";
  const out = builder.declare(expr.kind === "and" ? "true" : "false");
  const label = builder.fresh();
  let nullable = false;
  builder.line(`${label}: {`);
  for (const arm of expr.kind === "or" ? dividedArms(expr.args) : expr.args) {
    const operand = arm.kind === "rowsOfArms" ? emitRowMembership(emitter, arm) : emitter.emit(arm);
    builder.line(`if (${operand.js} === ${stop}) { ${out} = ${stop}; break ${label}; }`);
    if (operand.nullable) builder.line(`if (${operand.js} === null) ${out} = null;`);
    nullable ||= operand.nullable;
  }
  builder.line("}");
  return { js: out, nullable };
}

function emitRowMembership(emitter: Emitter, rows: RowsOfArms): Operand {
  const { builder } = emitter;
  const values = rows.slots.map((slot) => emitter.emit(slot).js).join(", ");
  return builder.assign(`${builder.constant(rowMembership(rows))}(ctx, [${values}])`, true);
}

export function emitNot(emitter: Emitter, arg: Expr): Operand {
  const operand = emitter.emit(arg);
  const text = operand.nullable
    ? `${operand.js} === null ? null : !${operand.js}`
    : `!${operand.js}`;
  return emitter.builder.assign(text, operand.nullable);
}

/**
 * ROW(...) IS NULL asks each field, and IS NOT NULL is not its negation. A composite value that
 * is no row constructor is looked into at run time.
 */
export function emitNullTest(emitter: Emitter, expr: Node<"isNull" | "isNotNull">): Operand {
  const operand = emitter.emit(expr.arg);
  const { builder } = emitter;
  const isNull = expr.kind === "isNull";
  const type = baseTypeOid(expr.arg.type);
  const isRow = expr.arg.kind === "row" || type === RECORD || isComposite(type);
  if (isRow && expr.shallow !== true) {
    const test = builder.constant(isNull ? allFieldsNull : noFieldNull);
    return builder.assign(`${test}(${operand.js})`, false);
  }
  return builder.assign(`${operand.js} ${isNull ? "===" : "!=="} null`, false);
}

interface Fields {
  readonly fields: readonly unknown[];
}

function allFieldsNull(value: Fields | null): boolean {
  return value === null || value.fields.every((field) => field === null);
}

function noFieldNull(value: Fields | null): boolean {
  return value !== null && value.fields.every((field) => field !== null);
}

const BOOLEAN_TESTS: Readonly<Record<Node<"booleanTest">["test"], string>> = {
  isTrue: "=== true",
  isNotTrue: "!== true",
  isFalse: "=== false",
  isNotFalse: "!== false",
  isUnknown: "=== null",
  isNotUnknown: "!== null",
};

export function emitBooleanTest(emitter: Emitter, expr: Node<"booleanTest">): Operand {
  const operand = emitter.emit(expr.arg);
  return emitter.builder.assign(`${operand.js} ${BOOLEAN_TESTS[expr.test]}`, false);
}

/** Two nulls are not distinct; one null is. */
export function emitDistinct(
  emitter: Emitter,
  expr: Node<"distinct" | "notDistinct" | "nullif">,
): Operand {
  const { builder } = emitter;
  const [left, right] = expr.args;
  const operands = [emitter.emit(left), emitter.emit(right)] as const;
  const [a, b] = operands;
  const same = builder.declare("false");
  const nullTest = anyNull(operands);
  if (nullTest !== undefined) {
    if (expr.kind !== "nullif") builder.line(`${same} = ${a.js} === null && ${b.js} === null;`);
    builder.line(`if (!(${nullTest})) {`);
  }
  const equal = emitProcCall(emitter, {
    proc: expr.proc,
    operands: operands.map((each) => ({ js: each.js, nullable: false })),
    argTypes: [left.type, right.type],
    resultType: 16,
  });
  builder.line(`${same} = ${equal.js} === true;`);
  if (nullTest !== undefined) builder.line("}");
  if (expr.kind === "nullif") return builder.assign(`${same} ? null : ${a.js}`, true);
  return builder.assign(expr.kind === "distinct" ? `!${same}` : same, false);
}

export function emitCase(emitter: Emitter, expr: Node<"case">, caseTests: Operand[]): Operand {
  const { builder } = emitter;
  if (expr.arg !== undefined) caseTests.push(emitter.emit(expr.arg));
  const out = builder.declare("null");
  const label = builder.fresh();
  builder.line(`${label}: {`);
  for (const when of expr.whens) {
    const condition = emitter.emit(when.condition);
    builder.line(`if (${condition.js} === true) {`);
    const result = emitter.emit(when.result);
    builder.line(`${out} = ${result.js}; break ${label}; }`);
  }
  const otherwise = emitter.emit(expr.otherwise);
  builder.line(`${out} = ${otherwise.js}; }`);
  if (expr.arg !== undefined) caseTests.pop();
  return { js: out, nullable: true };
}

export function emitCoalesce(emitter: Emitter, args: readonly Expr[]): Operand {
  const { builder } = emitter;
  const out = builder.declare("null");
  const label = builder.fresh();
  let nullable = true;
  builder.line(`${label}: {`);
  for (const arg of args) {
    const operand = emitter.emit(arg);
    builder.line(`${out} = ${operand.js};`);
    if (!operand.nullable) {
      nullable = false;
      break;
    }
    builder.line(`if (${out} !== null) break ${label};`);
  }
  builder.line("}");
  return { js: out, nullable };
}

/** GREATEST and LEAST leave nulls out; null only if all are. */
export function emitExtreme(
  emitter: Emitter,
  expr: Node<"coalesce" | "greatest" | "least">,
): Operand {
  const { builder } = emitter;
  const out = builder.declare("null");
  for (const arg of expr.args) {
    const operand = emitter.emit(arg);
    builder.line(`if (${out} === null) ${out} = ${operand.js}; else if (${operand.js} !== null) {`);
    const compared = emitProcCall(emitter, {
      proc: expr.proc,
      operands: [
        { js: operand.js, nullable: false },
        { js: out, nullable: false },
      ],
      argTypes: [arg.type, arg.type],
      resultType: 23,
    });
    builder.line(
      `if (${compared.js} ${expr.kind === "greatest" ? ">" : "<"} 0) ${out} = ${operand.js}; }`,
    );
  }
  return { js: out, nullable: true };
}

/** Columns are compared from left to right; a null before a difference makes the result null. */
export function emitRowCompare(emitter: Emitter, expr: Node<"rowCompare">): Operand {
  const { builder } = emitter;
  const out = builder.declare("null");
  const label = builder.fresh();
  const operator = expr.operator === "=" ? "===" : expr.operator === "<>" ? "!==" : expr.operator;
  builder.line(`${label}: {`);
  let last: Operand | undefined;
  for (const [index, left] of expr.left.entries()) {
    const right = expr.right[index];
    const proc = expr.procs[index];
    if (right === undefined || proc === undefined) throw new Error("uneven row comparison");
    const operands = [emitter.emit(left), emitter.emit(right)];
    const nullTest = anyNull(operands);
    if (nullTest !== undefined) builder.line(`if (${nullTest}) break ${label};`);
    last = emitProcCall(emitter, {
      proc,
      operands: operands.map((each) => ({ js: each.js, nullable: false })),
      argTypes: [left.type, right.type],
      resultType: 23,
    });
    builder.line(`if (${last.js} !== 0) { ${out} = ${last.js} ${operator} 0; break ${label}; }`);
  }
  builder.line(`${out} = 0 ${operator} 0; }`);
  return { js: out, nullable: true };
}
