/** JSON arrays as arrays of any depth: populate_array. */
import { SqlError } from "@firstlight/common";
import { emptyArray, makeArrayWithDims } from "../../values/array.ts";
import type { ArrayValue, Datum } from "../../values/datum.ts";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { longIfMore } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import type { JsonView } from "./json-view.ts";

function malformed(): SqlError {
  return new SqlError("22P02", "malformed JSON array", {
    detail: "Multidimensional arrays must have sub-arrays with matching dimensions.",
  });
}

function expectedArray(column: string | undefined, place: readonly number[]): SqlError {
  const indices = place.map((index) => `[${index}]`).join("");
  const of = column === undefined ? "" : ` of key "${column}"`;
  const what =
    place.length === 0
      ? column === undefined
        ? undefined
        : `See the value of key "${column}".`
      : `See the array element ${indices}${of}.`;
  return new SqlError("22P02", "expected JSON array", what === undefined ? {} : { hint: what });
}

/** Elements read between two looks at the clock. */
const ELEMENTS_PER_STEP = 512;

type ReadElement = (view: JsonView) => Datum;

class ArrayBuilder {
  readonly #column: string | undefined;
  readonly #read: ReadElement;
  readonly #elements: Datum[] = [];
  /** 0 until the first element that is no array tells. */
  #depth = 0;
  /** -1 until the first array of that depth ends. */
  readonly #dims: number[] = [];
  /** How many elements of the arrays at hand are complete. */
  readonly #sizes: number[] = [0];

  constructor(column: string | undefined, read: ReadElement) {
    this.#column = column;
    this.#read = read;
  }

  #assignDepth(depth: number): void {
    this.#depth = depth;
    for (let level = 0; level < depth; level++) this.#dims[level] ??= -1;
  }

  *level(view: JsonView, depth: number): Steps<void> {
    this.#sizes[depth - 1] = 0;
    for (const item of view.eachItem()) {
      if (this.#isLevel(item, depth)) yield* this.level(item, depth + 1);
      else this.#elements.push(this.#read(item));
      this.#sizes[depth - 1] = (this.#sizes[depth - 1] ?? 0) + 1;
      if (this.#elements.length % ELEMENTS_PER_STEP === ELEMENTS_PER_STEP - 1) yield;
    }
    if (this.#depth === 0) this.#assignDepth(depth);
    this.#endLevel(depth);
  }

  /** Whether it is an array of elements, and none of them. */
  #isLevel(item: JsonView, depth: number): boolean {
    if (item.kind === "array" && (this.#depth === 0 || depth < this.#depth)) return true;
    if (this.#depth === 0) this.#assignDepth(depth);
    else if (depth < this.#depth) throw expectedArray(this.#column, this.#sizes.slice(0, depth));
    return false;
  }

  #endLevel(depth: number): void {
    const size = this.#sizes[depth - 1] ?? 0;
    const known = this.#dims[depth - 1] ?? -1;
    if (known === -1) this.#dims[depth - 1] = size;
    else if (known !== size) throw malformed();
  }

  finish(elementType: number): ArrayValue {
    if (this.#elements.length === 0) return emptyArray(elementType);
    const lower = this.#dims.map(() => 1);
    return makeArrayWithDims(elementType, this.#dims, lower, this.#elements);
  }
}

/** `column` is named in errors; `view` is no string and not null. */
export function populateArray(
  context: EvaluationContext,
  view: JsonView,
  elementType: number,
  column: string | undefined,
  read: ReadElement,
): ArrayValue {
  if (view.kind !== "array") throw expectedArray(column, []);
  return longIfMore(context, function* built() {
    const builder = new ArrayBuilder(column, read);
    yield* builder.level(view, 1);
    return builder.finish(elementType);
  });
}
