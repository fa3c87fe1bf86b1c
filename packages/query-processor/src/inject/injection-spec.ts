/**
 * What is to go wrong on purpose, and how often: so that applications can prove their retries.
 *
 *     oc000=5%                 a twentieth of the commits that write lose a conflict
 *     oc001=every:3            every third transaction finds the schema changed
 *     disconnect=1%            the connection ends at COMMIT, before or after it has committed
 *     tables=orders+items      only commits that write to one of these (oc000, disconnect)
 *     seed=7                   the same choices in every run
 */
import { SqlError } from "@firstlight/common";

/** With a probability from 0 to 1, or at every Nth occasion. */
export type Rate = number | { readonly every: number };

export interface InjectionSpec {
  readonly oc000?: Rate;
  readonly oc001?: Rate;
  readonly disconnect?: Rate;
  /** As written in the schema, without it. */
  readonly tables?: readonly string[];
  readonly seed?: number;
}

const EVENTS: ReadonlySet<string> = new Set(["oc000", "oc001", "disconnect"]);

function malformed(item: string): SqlError {
  return new SqlError("22023", `invalid injection "${item}"`, {
    hint: 'Write oc000=5%, oc001=every:3, disconnect=1%, tables=a+b or seed=7, separated by ",".',
  });
}

function rate(item: string, text: string): Rate {
  const every = /^every:([1-9]\d{0,8})$/u.exec(text)?.[1];
  if (every !== undefined) return { every: Number(every) };
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/u.exec(text)?.[1];
  if (percent === undefined || Number(percent) > 100) throw malformed(item);
  return Number(percent) / 100;
}

/** 22023 for what it does not know. Nothing at all injects nothing. */
export function parseInjection(text: string): InjectionSpec {
  const spec: Record<string, Rate | readonly string[]> = {};
  for (const item of text.split(",").map((each) => each.trim())) {
    if (item === "") continue;
    const [name = "", value = ""] = item.split("=", 2);
    if (EVENTS.has(name)) spec[name] = rate(item, value);
    else if (name === "tables" && value !== "") spec["tables"] = value.split("+");
    else if (name === "seed" && /^\d{1,10}$/u.test(value)) spec["seed"] = Number(value);
    else throw malformed(item);
  }
  return spec as InjectionSpec;
}
