/**
 * The amounts that a commutative UPDATE adds, and whether they may go as deltas. They may not where
 * a value is NULL, where rounding to the column's scale would depend on the sum, or near the ends of
 * the type: what many transactions add without looking at each other must not overflow.
 *
 * Bound: a transaction adds at most 2^-15 of the range, and only to a value in the inner half of it.
 * Those that still add when the value has left it began before that, so they were all open then; a
 * cluster has fewer than 2^14 sessions.
 */
import type {
  ColumnDelta,
  CompiledExpr,
  Datum,
  EvaluationContext,
  Numeric,
  Row,
} from "@firstlight/sql";
import { compileExpr, encodeDeltas, numericNegate } from "@firstlight/sql";
import type { PlannedDelta } from "../plan/plan-node.ts";

const INT4 = 23;
const INT8 = 20;
const INT4_VALUE_MAX = 2 ** 30;
const INT4_AMOUNT_MAX = 2 ** 16;
const INT8_VALUE_MAX = 1n << 62n;
const INT8_AMOUNT_MAX = 1n << 48n;
/** Of numeric without a declared precision. */
const UNBOUNDED_MAX = 10n ** 1000n;
const AMOUNT_SHARE = 1n << 15n;
const TYPMOD_HEADER = 4;

const NO_INPUT: Row = [];

export class RowDeltas {
  readonly #planned: readonly (PlannedDelta & { readonly compute: CompiledExpr })[];

  constructor(planned: readonly PlannedDelta[]) {
    this.#planned = planned.map((delta) => ({ ...delta, compute: compileExpr(delta.amount) }));
  }

  /**
   * The deltas of one row, encoded; undefined where the whole row must be written. `input` is what
   * the amounts are computed from.
   */
  of(before: Row, context: EvaluationContext, input: Row = NO_INPUT): Uint8Array | undefined {
    const deltas: ColumnDelta[] = [];
    for (const planned of this.#planned) {
      const value = before[planned.column] ?? null;
      const amount = widened(planned.type, planned.compute(input, context));
      if (value === null || amount === null || !isWithinBounds(planned, value, amount)) {
        return undefined;
      }
      const { column, type, negative } = planned;
      deltas.push({ column, type, amount: negative ? negated(type, amount) : amount });
    }
    return encodeDeltas(deltas);
  }
}

/** A smaller integer that is added to a bigint. */
function widened(type: number, amount: Datum): Datum {
  return type === INT8 && typeof amount === "number" ? BigInt(amount) : amount;
}

function negated(type: number, amount: Datum): Datum {
  if (type === INT4) return 0 - (amount as number);
  return type === INT8 ? -(amount as bigint) : numericNegate(amount as Numeric);
}

function isWithinBounds({ type, typmod }: PlannedDelta, value: Datum, amount: Datum): boolean {
  if (type === INT4) {
    return (
      Math.abs(value as number) <= INT4_VALUE_MAX && Math.abs(amount as number) <= INT4_AMOUNT_MAX
    );
  }
  if (type === INT8) {
    return (
      magnitude(value as bigint) <= INT8_VALUE_MAX && magnitude(amount as bigint) <= INT8_AMOUNT_MAX
    );
  }
  return isNumericWithinBounds(value as Numeric, amount as Numeric, typmod);
}

function isNumericWithinBounds(value: Numeric, amount: Numeric, typmod: number): boolean {
  if (value.kind !== "finite" || amount.kind !== "finite") return false;
  const { precision, scale } = declared(typmod);
  if (scale !== undefined && amount.scale > scale) return false;
  const max = precision === undefined ? UNBOUNDED_MAX : 10n ** BigInt(precision - (scale ?? 0));
  return (
    magnitude(value.coefficient) * 2n <= max * 10n ** BigInt(value.scale) &&
    magnitude(amount.coefficient) * AMOUNT_SHARE <= max * 10n ** BigInt(amount.scale)
  );
}

/** numeric(precision, scale), PostgreSQL's make_numeric_typmod. */
function declared(typmod: number): { precision?: number; scale?: number } {
  if (typmod < TYPMOD_HEADER) return {};
  const packed = typmod - TYPMOD_HEADER;
  return { precision: packed >>> 16, scale: ((packed & 0x7ff) ^ 1024) - 1024 };
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value;
}
