/** Filter and projection of a block as one loop, compiled per shape of its vectors. */
import type { KeyBits } from "@firstlight/common";
import { TreeEmitter, instantiateFunction } from "../expression/compile/compile-tree.ts";
import type { EvaluationContext } from "../expression/evaluation-context.ts";
import type { Expr } from "../expression/tree.ts";
import type { Datum } from "../values/datum.ts";
import type { ColumnVector, VectorShape } from "./column-vector.ts";
import { VectorEmitter } from "./vector-emitter.ts";

/** Pushes the rows that pass to `out` until it has `limit`. */
export type BlockRows = (
  vectors: readonly ColumnVector[],
  count: number,
  context: EvaluationContext,
  out: Datum[][],
  limit: number,
  wanted: readonly WantedKeys[],
) => void;

/** Only rows whose value is one of the keys are needed. */
export interface WantedKeys {
  readonly values: Int32Array;
  readonly keys: KeyBits;
}

/** More of them are not tested. */
export const WANTED_KEYS_MAX = 3;

export function wantedLocals(): string {
  const lines = [];
  for (let at = 0; at < WANTED_KEYS_MAX; at++) {
    lines.push(`const w${at} = wanted[${at}]?.values, b${at} = wanted[${at}]?.keys.bits;`);
    lines.push(
      `const l${at} = wanted[${at}]?.keys.lowest, z${at} = b${at} === undefined ? 0 : b${at}.length * 32;`,
    );
  }
  return lines.join("\n");
}

/** The set may be larger than its bits say: beyond them is nothing. */
export function wantedTests(): string {
  const lines = [];
  for (let at = 0; at < WANTED_KEYS_MAX; at++) {
    lines.push(`if (b${at} !== undefined) { const x = w${at}[i] - l${at};`);
    lines.push(`if (x < 0 || x >= z${at} || (b${at}[x >> 5] & (1 << (x & 31))) === 0) continue; }`);
  }
  return lines.join("\n");
}

/** `c3` and `n3` for the vectors that the code reads. */
export function vectorLocals(shapes: readonly VectorShape[]): string {
  const lines = shapes.map(({ kind, nullable }, at) => {
    const values = `const c${at} = cols[${at}].values;`;
    return nullable && kind !== "datum" ? `${values} const n${at} = cols[${at}].nulls;` : values;
  });
  return lines.join("\n");
}

export function emitFilter(emitter: TreeEmitter, conditions: readonly Expr[]): void {
  for (const condition of conditions) {
    const operand = emitter.emit(condition);
    emitter.builder.line(`if (${operand.js} !== true) continue;`);
  }
}

export function compileBlockRows(
  shapes: readonly VectorShape[],
  conditions: readonly Expr[],
  output: readonly Expr[],
): BlockRows {
  const emitter = new TreeEmitter(new VectorEmitter(shapes));
  emitFilter(emitter, conditions);
  const operands = output.map((expr) => emitter.emit(expr));
  const body = `${vectorLocals(shapes)}
${wantedLocals()}
for (let i = 0; i < count; i++) {
${wantedTests()}
${emitter.builder.source()}
out.push([${operands.map((each) => each.js).join(", ")}]);
if (out.length >= limit) return;
}`;
  const parameters = "cols, count, ctx, out, limit, wanted";
  return instantiateFunction(parameters, body, emitter.builder.constants) as BlockRows;
}
