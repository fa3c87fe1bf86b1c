/**
 * Evaluation of a jsonpath: items come one by one and depth first, so that a test which needs one
 * item stops at it. Structural errors are ignored in lax mode and after `**`; lax mode also unwraps
 * arrays for accessors and wraps other items for subscripts.
 */
import { featureNotSupported, SqlError } from "@firstlight/common";
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import type { JsonbNode, JsonPath, Numeric, PathNode } from "../../values/datum.ts";
import { memberOf } from "../../values/jsonb-members.ts";
import { makeJsonbObject } from "../../values/jsonb-order.ts";
import {
  numericAdd,
  numericDivide,
  numericModulo,
  numericMultiply,
  numericNegate,
  numericSubtract,
} from "../../values/numeric-arithmetic.ts";
import { numericFromInt, numericToInt4, truncNumeric } from "../../values/numeric.ts";
import type { Steps } from "../long-call.ts";
import { containerOffsets } from "./container-offsets.ts";
import { readMoment } from "./datetime.ts";
import { doubleMethod, numericMethod, typeName } from "./methods.ts";
import { PathError, pathError, type PathValue } from "./path-value.ts";
import { bothTrue, compareItems, eitherTrue, startsWith, type Truth } from "./predicates.ts";
import { pathRegex } from "./regex.ts";

type Items = Generator<PathValue, void>;

/** Among the items of an execution in steps: none of them, but a place to leave it. */
export const PAUSE: PathValue = { kind: "null" };
const ITEMS_PER_PAUSE = 512;

function withoutPauses(items: Items): readonly PathValue[] {
  const all: PathValue[] = [];
  for (const item of items) if (item !== PAUSE) all.push(item);
  return all;
}

type Binary = Extract<PathNode, { kind: "binary" }>;
type Of<Kind extends PathNode["kind"]> = Extract<PathNode, { kind: Kind }>;

const ARITHMETIC: Readonly<Record<string, (a: Numeric, b: Numeric) => Numeric>> = {
  "+": numericAdd,
  "-": numericSubtract,
  "*": numericMultiply,
  "/": numericDivide,
  "%": numericModulo,
};

/** Whether the chain below went through `**`, which makes errors of structure not count. */
function isBelowDeep(node: PathNode): boolean {
  for (let each = node; "of" in each; each = each.of) if (each.kind === "deep") return true;
  return false;
}

/** What surrounds the node that is evaluated. */
interface Place {
  readonly current: PathValue;
  /** Elements of the array that LAST refers to. */
  readonly size: number;
  /** Inside a filter below `**`. */
  readonly lenient: boolean;
}

export class PathExecution {
  readonly #context: EvaluationContext;
  readonly #path: JsonPath;
  readonly #root: JsonbNode;
  readonly #variables: JsonbNode;
  readonly #useZone: boolean;
  #offsets: ReadonlyMap<JsonbNode, number> | undefined;
  #pausing: Place | undefined;
  #passed = 0;

  constructor(
    context: EvaluationContext,
    path: JsonPath,
    root: JsonbNode,
    variables: JsonbNode,
    useZone: boolean,
  ) {
    if (variables.kind !== "object") {
      throw new SqlError("22023", '"vars" argument is not an object', {
        detail: 'Jsonpath parameters should be encoded as key-value pairs of "vars" object.',
      });
    }
    this.#context = context;
    this.#path = path;
    this.#root = root;
    this.#variables = variables;
    this.#useZone = useZone;
  }

  /** `pauses`: now and then PAUSE is among the items. */
  run(pauses = false): Items {
    const start = this.#start();
    if (pauses) this.#pausing = start;
    return this.#items(this.#path.root, start);
  }

  #start(): Place {
    return { current: this.#root, size: -1, lenient: false };
  }

  /** Of the outermost chain every so many items. */
  #isPause(place: Place): boolean {
    return place === this.#pausing && ++this.#passed % ITEMS_PER_PAUSE === 0;
  }

  /** Whether there is an item; strict mode looks at all of them for errors. */
  *existSteps(pauses: boolean): Steps<boolean> {
    const { root, lax } = this.#path;
    // Asked for existence only, PostgreSQL passes over what is no number.
    const isSigned = lax && (root.kind === "plus" || root.kind === "minus");
    const items = isSigned ? this.#unwrapped(root.arg, this.#start()) : this.run(pauses);
    let found = false;
    for (const item of items) {
      if (item === PAUSE) yield;
      else if (!isSigned || item.kind === "number") found = true;
      if (found && lax) return true;
    }
    return found;
  }

  #any(items: Items): boolean {
    if (!this.#path.lax) return withoutPauses(items).length > 0;
    for (const item of items) if (item !== PAUSE) return true;
    return false;
  }

  #ignoresStructure(node: PathNode, place: Place): boolean {
    return this.#path.lax || place.lenient || isBelowDeep(node);
  }

  *#items(node: PathNode, place: Place): Items {
    if ("of" in node) {
      for (const item of this.#items(node.of, place)) {
        if (this.#isPause(place)) yield PAUSE;
        if (item === PAUSE) yield item;
        else yield* this.#access(node, item, place);
      }
    } else if (node.kind === "plus" || node.kind === "minus") yield* this.#signed(node, place);
    else yield this.#item(node, place);
  }

  /** Of a node that gives exactly one. */
  #item(node: PathNode, place: Place): PathValue {
    if (node.kind === "root") return this.#root;
    if (node.kind === "current") return place.current;
    if (node.kind === "literal") return node.value;
    if (node.kind === "variable") return this.#variable(node.name);
    if (node.kind === "last") return { kind: "number", value: numericFromInt(place.size - 1) };
    if (node.kind === "binary" && ARITHMETIC[node.operator] !== undefined) {
      return this.#arithmetic(node, place);
    }
    const truth = this.#truth(node, place);
    return truth === undefined ? { kind: "null" } : { kind: "boolean", value: truth };
  }

  #variable(name: string): JsonbNode {
    const { entries } = this.#variables as Extract<JsonbNode, { kind: "object" }>;
    const found = entries.find(([key]) => key === name);
    if (found !== undefined) return found[1];
    throw new SqlError("42704", `could not find jsonpath variable "${name}"`);
  }

  /** Lax mode takes the elements of arrays for the arrays. */
  *#unwrapped(node: PathNode, place: Place): Items {
    for (const item of this.#items(node, place)) {
      if (this.#path.lax && item.kind === "array") yield* item.items;
      else yield item;
    }
  }

  *#signed(node: Of<"plus" | "minus">, place: Place): Items {
    for (const item of this.#unwrapped(node.arg, place)) {
      if (item === PAUSE) {
        yield item;
        continue;
      }
      if (item.kind !== "number") {
        const sign = node.kind === "plus" ? "+" : "-";
        throw pathError(
          "2203B",
          `operand of unary jsonpath operator ${sign} is not a numeric value`,
        );
      }
      yield node.kind === "plus" ? item : { kind: "number", value: numericNegate(item.value) };
    }
  }

  #arithmetic({ operator, left, right }: Binary, place: Place): JsonbNode {
    const lefts = withoutPauses(this.#unwrapped(left, place));
    const rights = withoutPauses(this.#unwrapped(right, place));
    const a = single(lefts, "left", operator);
    const b = single(rights, "right", operator);
    const compute = ARITHMETIC[operator] ?? numericAdd;
    try {
      return { kind: "number", value: compute(a, b) };
    } catch (error) {
      if (error instanceof SqlError) throw pathError(error.sqlstate, error.message);
      throw error;
    }
  }

  *#access(node: Extract<PathNode, { of: PathNode }>, item: PathValue, place: Place): Items {
    const unwrap = this.#path.lax && item.kind === "array" && UNWRAPPING.has(node.kind);
    const byMethod = node.kind === "method" && (node.name === "type" || node.name === "size");
    if (unwrap && !byMethod) {
      for (const element of item.items) {
        if (this.#isPause(place)) yield PAUSE;
        yield* this.#apply(node, element, place);
      }
    } else {
      yield* this.#apply(node, item, place);
    }
  }

  *#apply(node: Extract<PathNode, { of: PathNode }>, item: PathValue, place: Place): Items {
    switch (node.kind) {
      case "key":
        yield* this.#member(node, item, place);
        return;
      case "anyKey":
        if (item.kind === "object") for (const [, value] of item.entries) yield value;
        else if (!this.#ignoresStructure(node, place)) {
          throw pathError(
            "2203C",
            "jsonpath wildcard member accessor can only be applied to an object",
          );
        }
        return;
      case "anyItem":
        if (item.kind === "array") yield* item.items;
        else if (this.#path.lax) yield item;
        else if (!this.#ignoresStructure(node, place)) {
          throw pathError(
            "22039",
            "jsonpath wildcard array accessor can only be applied to an array",
          );
        }
        return;
      case "index":
        yield* this.#elements(node, item, place);
        return;
      case "deep":
        if (node.first === 0) yield item;
        yield* deep(node, item, 1);
        return;
      case "filter":
        if (
          this.#truth(node.condition, {
            ...place,
            current: item,
            lenient: place.lenient || isBelowDeep(node),
          }) === true
        )
          yield item;
        return;
      case "datetime":
        yield readMoment(item, node.template);
        return;
      case "method":
        yield* this.#method(node, item, place);
    }
  }

  *#member(node: Of<"key">, item: PathValue, place: Place): Items {
    if (item.kind === "object") {
      const found = memberOf(item.entries, node.key);
      if (found !== undefined) yield found;
      else if (!this.#ignoresStructure(node, place)) {
        throw pathError("2203A", `JSON object does not contain key "${node.key}"`);
      }
    } else if (!this.#ignoresStructure(node, place)) {
      throw pathError("2203A", "jsonpath member accessor can only be applied to an object");
    }
  }

  #index(node: PathNode, place: Place): number {
    const [value, ...others] = withoutPauses(this.#items(node, place));
    if (value?.kind !== "number" || others.length > 0) {
      throw pathError("22033", "jsonpath array subscript is not a single numeric value");
    }
    try {
      return numericToInt4(truncNumeric(value.value, 0));
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      throw pathError("22033", "jsonpath array subscript is out of integer range");
    }
  }

  *#elements(node: Of<"index">, item: PathValue, place: Place): Items {
    if (item.kind !== "array" && !this.#path.lax) {
      if (this.#ignoresStructure(node, place)) return;
      throw pathError("22039", "jsonpath array accessor can only be applied to an array");
    }
    const items = item.kind === "array" ? item.items : [item];
    const lenient = place.lenient || isBelowDeep(node);
    const inside: Place = { ...place, size: items.length, lenient };
    for (const { from, to } of node.subscripts) {
      const first = this.#index(from, inside);
      const last = to === undefined ? first : this.#index(to, inside);
      if (
        !this.#ignoresStructure(node, place) &&
        (first < 0 || first > last || last >= items.length)
      ) {
        throw pathError("22033", "jsonpath array subscript is out of bounds");
      }
      yield* items.slice(Math.max(first, 0), Math.max(Math.min(last, items.length - 1) + 1, 0));
    }
  }

  *#method(node: Of<"method">, item: PathValue, place: Place): Items {
    if (node.name === "type") yield typeName(item);
    else if (node.name === "size") yield* this.#size(node, item, place);
    else if (node.name === "double") yield doubleMethod(item);
    else if (node.name === "keyvalue") yield* this.#keyvalue(item);
    else yield numericMethod(node.name, item);
  }

  *#size(node: PathNode, item: PathValue, place: Place): Items {
    if (item.kind !== "array" && !this.#path.lax) {
      if (this.#ignoresStructure(node, place)) return;
      throw pathError("22039", "jsonpath item method .size() can only be applied to an array");
    }
    const size = item.kind === "array" ? item.items.length : 1;
    yield { kind: "number", value: numericFromInt(size) };
  }

  *#keyvalue(item: PathValue): Items {
    if (item.kind !== "object") {
      throw pathError("2203C", "jsonpath item method .keyvalue() can only be applied to an object");
    }
    this.#offsets ??= containerOffsets(this.#root);
    const offset = this.#offsets.get(item);
    if (offset === undefined) throw featureNotSupported("keyvalue() of generated objects");
    const id: JsonbNode = { kind: "number", value: numericFromInt(offset) };
    for (const [key, value] of item.entries) {
      yield makeJsonbObject([
        ["key", { kind: "string", value: key }],
        ["value", value],
        ["id", id],
      ]);
    }
  }

  #truth(node: PathNode, place: Place): Truth {
    if (node.kind === "binary") return this.#binaryTruth(node, place);
    if (node.kind === "isUnknown") return this.#truth(node.arg, place) === undefined;
    if (node.kind === "exists") {
      return unknownOnError(() => this.#any(this.#items(node.arg, place)));
    }
    if (node.kind === "not") {
      const truth = this.#truth(node.arg, place);
      return truth === undefined ? undefined : !truth;
    }
    if (node.kind !== "likeRegex") return undefined;
    const regex = pathRegex(node.pattern, node.flags);
    return this.#test(node.arg, undefined, place, (item) =>
      item.kind === "string" ? regex.test(item.value) : undefined,
    );
  }

  #binaryTruth({ operator, left, right }: Binary, place: Place): Truth {
    if (operator === "and" || operator === "or") {
      const combine = operator === "and" ? bothTrue : eitherTrue;
      return combine(this.#truth(left, place), () => this.#truth(right, place));
    }
    return this.#test(left, right, place, (a, b) =>
      operator === "startsWith"
        ? startsWith(a, b)
        : compareItems(this.#context, operator, a, b, this.#useZone),
    );
  }

  /** Of all pairs one true is enough; strict mode wants every one to be known. */
  #test(
    left: PathNode,
    right: PathNode | undefined,
    place: Place,
    test: (a: PathValue, b: PathValue) => Truth,
  ): Truth {
    return unknownOnError(() => {
      const lefts = withoutPauses(this.#unwrapped(left, place));
      const rights = right === undefined ? [NOTHING] : withoutPauses(this.#unwrapped(right, place));
      let unknown = false;
      let found = false;
      for (const a of lefts) {
        for (const b of rights) {
          const truth = test(a, b);
          if (truth === undefined && !this.#path.lax) return undefined;
          if (truth === true && this.#path.lax) return true;
          unknown ||= truth === undefined;
          found ||= truth === true;
        }
      }
      if (found) return true;
      return unknown ? undefined : false;
    });
  }
}

const NOTHING: PathValue = { kind: "null" };

const UNWRAPPING: ReadonlySet<string> = new Set(["key", "anyKey", "filter", "method", "datetime"]);

function single(items: readonly PathValue[], side: string, operator: string): Numeric {
  const [item] = items;
  if (item?.kind === "number" && items.length === 1) return item.value;
  throw pathError(
    "22038",
    `${side} operand of jsonpath operator ${operator} is not a single numeric value`,
  );
}

function unknownOnError(test: () => Truth): Truth {
  try {
    return test();
  } catch (error) {
    if (error instanceof PathError) return undefined;
    throw error;
  }
}

function childrenOf(item: PathValue): readonly JsonbNode[] {
  if (item.kind === "array") return item.items;
  return item.kind === "object" ? item.entries.map(([, value]) => value) : [];
}

/**
 * From the level `last` on only leaves count. Without a generator for each level: every item would
 * go through all of those above it.
 */
function* deep({ first, last }: Of<"deep">, item: PathValue, level: number): Items {
  const open = last >= 0 && level > last ? [] : [childrenOf(item).values()];
  for (let children = open.at(-1); children !== undefined; children = open.at(-1)) {
    const next = children.next();
    if (next.done === true) {
      open.pop();
      continue;
    }
    const child = next.value;
    const at = level + open.length - 1;
    const isLeaf = child.kind !== "array" && child.kind !== "object";
    if (first >= 0 ? at >= first : last < 0 && isLeaf) yield child;
    if (!isLeaf && (last < 0 || at < last)) open.push(childrenOf(child).values());
  }
}
