/** The options of `firstlight ranges`: keys are given as hexadecimal digits. */
import type { Key, LogId, RangeChange, Span } from "@firstlight/common";
import { keyFromBytes, logId } from "@firstlight/common";

export interface RangesOptions {
  readonly dataDirectory: string;
  /** Undefined: the ranges are only shown. */
  readonly change: RangeChange["kind"] | undefined;
  readonly at: Key | undefined;
  readonly span: Partial<Span>;
  /** All keys of the relation whose pg_relation_filenode this is. */
  readonly relation: number | undefined;
  readonly to: LogId | undefined;
}

export const RANGES_HELP: string = `  firstlight ranges   which adjudicator of a running cluster judges which keys
  firstlight ranges split --at KEY
  firstlight ranges merge --at KEY
  firstlight ranges move --to LOG [--from KEY] [--until KEY]
      --relation N        the keys of the relation with this pg_relation_filenode, in place
                          of --from and --until; its first key in place of --at
      --data-dir PATH     of the cluster (./data/cluster)
                          keys are hexadecimal digits; LOG is a1, a2, ...`;

const STRING = { type: "string" } as const;

/** As parseArgs takes them. */
export const RANGES_OPTIONS: Readonly<Record<string, typeof STRING>> = {
  "data-dir": STRING,
  at: STRING,
  from: STRING,
  until: STRING,
  to: STRING,
  relation: STRING,
};

const CHANGES: readonly RangeChange["kind"][] = ["split", "merge", "move"];

/** Throws a RangeError that says what is wrong. */
export function rangesOptions(
  change: string | undefined,
  values: Readonly<Record<string, unknown>>,
): RangesOptions {
  const kind = CHANGES.find((each) => each === change);
  if (change !== undefined && kind === undefined) {
    throw new RangeError(`ranges are split, merged or moved, not "${change}"`);
  }
  const [start, end] = [keyOf(values, "from"), keyOf(values, "until")];
  const to = textOf(values, "to");
  return {
    dataDirectory: textOf(values, "data-dir") ?? "./data/cluster",
    change: kind,
    at: keyOf(values, "at"),
    span: { ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) },
    relation: relationOf(values),
    to: to === undefined ? undefined : logId(to),
  };
}

function textOf(values: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" ? value : undefined;
}

function keyOf(values: Readonly<Record<string, unknown>>, name: string): Key | undefined {
  const text = textOf(values, name);
  if (text === undefined) return undefined;
  if (/^(?:[0-9a-f]{2})+$/iu.test(text)) return keyFromBytes(Buffer.from(text, "hex"));
  throw new RangeError(`--${name} must be hexadecimal digits, two to a byte, not "${text}"`);
}

function relationOf(values: Readonly<Record<string, unknown>>): number | undefined {
  const text = textOf(values, "relation");
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/u.test(text)) return Number(text);
  throw new RangeError(`--relation must be a pg_relation_filenode, not "${text}"`);
}
