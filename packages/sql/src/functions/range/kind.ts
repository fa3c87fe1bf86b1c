/** The range type that a call is about, found at the first use from the types of the call. */
import { InvariantError } from "@firstlight/common";
import { baseTypeOid } from "../../catalog/type-catalog.ts";
import { rangeKindOf } from "../../types/range-types.ts";
import type { RangeKind } from "../../values/range.ts";
import type { Datum } from "../../values/datum.ts";
import { longIfMore } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import type { CallTypes, Implementation, ImplementationFactory } from "../registry.ts";

export function callKind({ argTypes, resultType }: CallTypes): RangeKind {
  for (const type of [...argTypes, resultType]) {
    const kind = rangeKindOf(baseTypeOid(type));
    if (kind !== undefined) return kind;
  }
  throw new InvariantError("a range function was called without a range type");
}

// oxlint-disable-next-line typescript/no-explicit-any -- argument shapes differ per entry
type OverKind<Result> = (kind: RangeKind, ...args: any[]) => Result;

/** An implementation that gets the kind of range instead of the context. */
export function overRanges(
  implementation: OverKind<ReturnType<Implementation>>,
): ImplementationFactory {
  return (types) => {
    let kind: RangeKind | undefined;
    return (_, ...args) => implementation((kind ??= callKind(types)), ...args);
  };
}

/** The same of what takes long for large values. */
export function overLongRanges(steps: OverKind<Steps<Datum>>): ImplementationFactory {
  return (types) => {
    let kind: RangeKind | undefined;
    return (context, ...args) =>
      longIfMore(context, () => steps((kind ??= callKind(types)), ...args));
  };
}
