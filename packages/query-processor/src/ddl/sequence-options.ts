/** Options of sequences over defaults or over those that a sequence has (init_params). */
import { bindError } from "../bind/errors.ts";
import { SqlError } from "@firstlight/common";
import { DEFAULT_FORMAT, formatType, oids, typeByOid } from "@firstlight/sql";
import type { SequenceDescriptor } from "../catalog/descriptors.ts";
import { asTag, child, flag, int, names, string, locationOf } from "../parse/node.ts";
import type { ParseNode } from "../parse/parsed-statement.ts";

export interface SequenceOptions {
  readonly dataType: number;
  readonly start: bigint;
  readonly increment: bigint;
  readonly min: bigint;
  readonly max: bigint;
  readonly cache: bigint;
  readonly cycle: boolean;
  /** OWNED BY as written; undefined when it is not. */
  readonly ownedBy: readonly string[] | undefined;
  /** RESTART [WITH]: the next value. */
  readonly restart?: bigint;
}

const TYPE_LIMITS: ReadonlyMap<number, bigint> = new Map([
  [21, 32767n],
  [23, 2147483647n],
  [20, 9223372036854775807n],
]);

export interface OptionsContext {
  /** The type that AS or the column says. */
  readonly dataType: number | undefined;
  readonly forIdentity: boolean;
  readonly old?: SequenceDescriptor;
}

function optionNumber(option: ParseNode): bigint | undefined {
  const argument = child(option, "arg");
  if (argument === undefined) return undefined;
  const integer = asTag(argument, "Integer");
  if (integer !== undefined) return BigInt(int(integer, "ival"));
  const float = asTag(argument, "Float");
  if (float === undefined) return undefined;
  return bigintOf(string(float, "fval"));
}

function bigintOf(text: string): bigint {
  const value = typeByOid(oids.INT8).input(text, -1, { ...DEFAULT_FORMAT, now: 0n });
  if (typeof value !== "bigint") throw new TypeError("a bigint is read as one");
  return value;
}

function optionsByName(nodes: readonly ParseNode[]): Map<string, ParseNode> {
  const options = new Map<string, ParseNode>();
  for (const node of nodes) {
    const option = asTag(node, "DefElem");
    if (option === undefined) continue;
    const name = string(option, "defname");
    if (options.has(name)) {
      throw bindError("42601", "conflicting or redundant options", locationOf(option));
    }
    options.set(name, option);
  }
  return options;
}

function limitOf(dataType: number, forIdentity: boolean): bigint {
  const limit = TYPE_LIMITS.get(dataType);
  if (limit !== undefined) return limit;
  const what = forIdentity ? "identity column" : "sequence";
  throw new SqlError("22023", `${what} type must be smallint, integer, or bigint`);
}

class Reader {
  readonly #options: Map<string, ParseNode>;
  readonly #old: SequenceDescriptor | undefined;

  constructor(nodes: readonly ParseNode[], old: SequenceDescriptor | undefined) {
    this.#options = optionsByName(nodes);
    this.#old = old;
  }

  /** The number that is given; undefined where there is none, or NO stands for it. */
  number(name: string): bigint | undefined {
    const option = this.#options.get(name);
    return option === undefined ? undefined : optionNumber(option);
  }

  /** What holds where nothing is said; undefined: the default of the type and direction. */
  kept(name: string, value: (old: SequenceDescriptor) => string): bigint | undefined {
    if (this.#old === undefined || this.#options.has(name)) return undefined;
    return BigInt(value(this.#old));
  }

  has(name: string): boolean {
    return this.#options.has(name);
  }

  option(name: string): ParseNode | undefined {
    return this.#options.get(name);
  }
}

/** Bounds that were those of the old type become those of the new one. */
function keptBound(
  reader: Reader,
  which: "minvalue" | "maxvalue",
  old: SequenceDescriptor | undefined,
  dataType: number,
): bigint | undefined {
  const kept = reader.kept(which, (each) => (which === "minvalue" ? each.min : each.max));
  if (kept === undefined || old === undefined || old.dataType === dataType) return kept;
  const was = TYPE_LIMITS.get(old.dataType) ?? 0n;
  const is = TYPE_LIMITS.get(dataType) ?? 0n;
  if (which === "maxvalue") return kept === was ? is : kept;
  return kept === -was - 1n ? -is - 1n : kept;
}

export function readOptions(
  nodes: readonly ParseNode[],
  { dataType: declared, forIdentity, old }: OptionsContext,
): SequenceOptions {
  const reader = new Reader(nodes, old);
  const dataType = declared ?? old?.dataType ?? 20;
  const limit = limitOf(dataType, forIdentity);
  const increment =
    reader.number("increment") ?? reader.kept("increment", (s) => s.increment) ?? 1n;
  if (increment === 0n) throw new SqlError("22023", "INCREMENT must not be zero");
  const up = increment > 0n;
  const max =
    reader.number("maxvalue") ?? keptBound(reader, "maxvalue", old, dataType) ?? (up ? limit : -1n);
  const min =
    reader.number("minvalue") ??
    keptBound(reader, "minvalue", old, dataType) ??
    (up ? 1n : -limit - 1n);
  const bounds = { min, max, limit, dataType };
  refuseBadBounds(bounds);
  const start = reader.number("start") ?? reader.kept("start", (s) => s.start) ?? (up ? min : max);
  refuseOutside("START", start, bounds);
  const restart = reader.has("restart") ? (reader.number("restart") ?? start) : undefined;
  if (restart !== undefined) refuseOutside("RESTART", restart, bounds);
  const cache = reader.number("cache") ?? reader.kept("cache", (s) => s.cache) ?? 1n;
  if (cache <= 0n) throw new SqlError("22023", `CACHE (${cache}) must be greater than zero`);
  const cycle = reader.option("cycle");
  const ownedBy = reader.option("owned_by");
  return {
    dataType,
    start,
    increment,
    min,
    max,
    cache,
    cycle: cycle === undefined ? (old?.cycle ?? false) : cycleIsOn(cycle),
    ownedBy: ownedBy === undefined ? undefined : ownerPath(ownedBy),
    ...(restart === undefined ? {} : { restart }),
  };
}

interface Bounds {
  readonly min: bigint;
  readonly max: bigint;
  readonly limit: bigint;
  readonly dataType: number;
}

function refuseBadBounds({ min, max, limit, dataType }: Bounds): void {
  const type = formatType(dataType);
  const check = (word: string, value: bigint): void => {
    if (value <= limit && value >= -limit - 1n) return;
    const text = `${word} (${value}) is out of range for sequence data type ${type}`;
    throw new SqlError("22023", text);
  };
  check("MAXVALUE", max);
  check("MINVALUE", min);
  if (min < max) return;
  throw new SqlError("22023", `MINVALUE (${min}) must be less than MAXVALUE (${max})`);
}

export function refuseOutside(
  word: "START" | "RESTART",
  value: bigint,
  { min, max }: Pick<Bounds, "min" | "max">,
): void {
  if (value < min) {
    throw new SqlError("22023", `${word} value (${value}) cannot be less than MINVALUE (${min})`);
  }
  if (value <= max) return;
  throw new SqlError("22023", `${word} value (${value}) cannot be greater than MAXVALUE (${max})`);
}

function cycleIsOn(option: ParseNode): boolean {
  const value = asTag(child(option, "arg"), "Boolean");
  return value !== undefined && flag(value, "boolval");
}

function ownerPath(option: ParseNode): readonly string[] {
  const inner = asTag(child(option, "arg"), "List");
  return inner === undefined ? [] : names(inner, "items");
}
