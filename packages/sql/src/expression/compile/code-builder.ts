/**
 * Collects the JavaScript source of one compiled expression: lines, temporaries and the constants
 * that the source refers to as k0, k1, .... No value from a statement ever becomes source text, so
 * that statements of one shape share one compiled function and nothing can be injected.
 */
import type { Expr } from "../tree.ts";

/** JavaScript text without side effects: a variable, a constant's name or a literal. */
export interface Operand {
  readonly js: string;
  /** Whether its value can be null. */
  readonly nullable: boolean;
}

export const NULL_OPERAND: Operand = { js: "null", nullable: true };

export class CodeBuilder {
  readonly constants: unknown[] = [];
  readonly #lines: string[] = [];
  readonly #names = new Map<unknown, string>();
  #temporaries = 0;

  /** A name for a value that exists at compile time. */
  constant(value: unknown): string {
    const known = this.#names.get(value);
    // A map takes -0 for 0, floats do not.
    if (known !== undefined && value !== 0) return known;
    const name = `k${this.constants.length}`;
    this.constants.push(value);
    this.#names.set(value, name);
    return name;
  }

  fresh(): string {
    const name = `t${this.#temporaries}`;
    this.#temporaries += 1;
    return name;
  }

  line(text: string): void {
    this.#lines.push(text);
  }

  /** Declares a variable with a value and gives it back as an operand. */
  assign(expression: string, nullable: boolean): Operand {
    const name = this.fresh();
    this.line(`const ${name} = ${expression};`);
    return { js: name, nullable };
  }

  /** Declares a variable that the following lines will set. */
  declare(initial: string): string {
    const name = this.fresh();
    this.line(`let ${name} = ${initial};`);
    return name;
  }

  source(): string {
    return this.#lines.join("\n");
  }
}

/** What emits one node may emit its children with. */
export interface Emitter {
  readonly builder: CodeBuilder;
  emit(expr: Expr): Operand;
}

/** Emits some nodes in a way of its own; undefined for all others. */
export interface NodeEmitter {
  emit(emitter: Emitter, expr: Expr): Operand | undefined;
}
