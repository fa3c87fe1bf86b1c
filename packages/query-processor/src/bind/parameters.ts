/** Types of $n: given by the client or found while binding (parse_param.c's variable parameters). */
import { type Expr, formatType, oids, type Param } from "@firstlight/sql";
import { bindError } from "./errors.ts";
import type { ParameterHook } from "./scope.ts";

const PARAMETERS_MAX = 65_535;

/** The declared types of a statement that comes without parameters: one that no type has. */
export const WITHOUT_PARAMETERS: readonly number[] = [0xff_ff_ff_ff];

export class ParameterTypes implements ParameterHook {
  /** 0: not mentioned yet; UNKNOWN: mentioned, of no type yet. */
  readonly #types: number[];
  readonly #max: number;

  constructor(declared: readonly number[]) {
    const isWithout = declared[0] === WITHOUT_PARAMETERS[0];
    this.#types = isWithout ? [] : [...declared];
    this.#max = isWithout ? 0 : PARAMETERS_MAX;
  }

  param(number: number, location: number): Expr {
    if (number < 1 || number > this.#max) {
      throw bindError("42P02", `there is no parameter $${number}`, location);
    }
    while (this.#types.length < number) this.#types.push(0);
    const known = this.#types[number - 1] ?? 0;
    const type = known === 0 ? oids.UNKNOWN : known;
    this.#types[number - 1] = type;
    return { kind: "param", type, typmod: -1, position: location, number };
  }

  /** A parameter of no type yet takes the type of its place; every place must want the same. */
  resolve(param: Param, type: number): Expr {
    const known = this.#types[param.number - 1] ?? oids.UNKNOWN;
    if (known === oids.UNKNOWN || known === 0) this.#types[param.number - 1] = type;
    else if (known !== type) {
      throw bindError(
        "42P08",
        `inconsistent types deduced for parameter $${param.number}`,
        param.position,
        { detail: `${formatType(known)} versus ${formatType(type)}` },
      );
    }
    return { ...param, type };
  }

  /** All types; 42P18 when one could not be found. */
  finish(): readonly number[] {
    for (const [index, type] of this.#types.entries()) {
      if (type !== oids.UNKNOWN && type !== 0) continue;
      throw bindError("42P18", `could not determine data type of parameter $${index + 1}`, -1);
    }
    return this.#types;
  }
}
