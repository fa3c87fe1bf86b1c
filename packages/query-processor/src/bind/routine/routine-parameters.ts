/**
 * Parameters in the body of a function: $n, and names, which columns of the same name hide
 * (sql_fn_post_column_ref).
 */
import { type CollationName, type Expr, isCollatable } from "@firstlight/sql";
import { bindError } from "../errors.ts";
import { fieldOfValue } from "../expression/indirection.ts";
import type { ParameterHook, Scope } from "../scope.ts";

export interface RoutineSignature {
  readonly name: string;
  /** Of the input parameters, empty where there is none. */
  readonly names: readonly string[];
  readonly types: readonly number[];
  /** Of all that have any. */
  readonly collation?: CollationName | undefined;
}

export class RoutineParameters implements ParameterHook {
  readonly #signature: RoutineSignature;

  constructor(signature: RoutineSignature) {
    this.#signature = signature;
  }

  param(number: number, location: number): Expr {
    const type = this.#signature.types[number - 1];
    if (type === undefined) throw bindError("42P02", `there is no parameter $${number}`, location);
    const { collation } = this.#signature;
    const own = collation !== undefined && isCollatable(type) ? { collation } : {};
    return { kind: "param", type, typmod: -1, position: location, number, ...own };
  }

  /** name, function.name, name.field, function.name.field; undefined: no parameter is meant. */
  column(scope: Scope, parts: readonly string[], location: number): Expr | undefined {
    const [first = "", second, third] = parts;
    const { name } = this.#signature;
    if (parts.length > 3) return undefined;
    if (second === undefined) return this.#named(first, location);
    if (third !== undefined) {
      return first === name ? this.#field(scope, second, third, location) : undefined;
    }
    const qualified = first === name ? this.#named(second, location) : undefined;
    return qualified ?? this.#field(scope, first, second, location);
  }

  #named(name: string, location: number): Expr | undefined {
    const at = name === "" ? -1 : this.#signature.names.indexOf(name);
    return at < 0 ? undefined : this.param(at + 1, location);
  }

  #field(scope: Scope, name: string, field: string, location: number): Expr | undefined {
    const value = this.#named(name, location);
    return value === undefined ? undefined : fieldOfValue(scope, value, { name: field }, location);
  }
}
