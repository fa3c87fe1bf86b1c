/**
 * Choosing among overloads by argument types: PostgreSQL's func_match_argtypes and
 * func_select_candidate (manual sections 10.2 and 10.3). Functions and operators alike.
 */
import type { UserCasts } from "../catalog/cast-catalog.ts";
import { baseTypeOid, isPreferredType, typeCategory } from "../catalog/type-catalog.ts";
import { UNKNOWN } from "../types/oids.ts";
import { canCoerceTypes } from "./can-coerce.ts";

/** Something callable with these parameter types. */
export interface Candidate {
  readonly argTypes: readonly number[];
}

const STRING_CATEGORY = "S";
const UNKNOWN_CATEGORY = "X";

export function sameTypes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((type, index) => type === b[index]);
}

/** The candidates that all arguments convert to implicitly. */
export function matchArgTypes<C extends Candidate>(
  argTypes: readonly number[],
  candidates: readonly C[],
  casts?: UserCasts,
): readonly C[] {
  return candidates.filter((each) => canCoerceTypes(argTypes, each.argTypes, "implicit", casts));
}

/** Keeps those with the highest score; a score is counted over the arguments. */
function keepBest<C extends Candidate>(
  candidates: readonly C[],
  scored: (candidateType: number, argument: number) => boolean,
): readonly C[] {
  let best: C[] = [];
  let bestScore = 0;
  for (const candidate of candidates) {
    const score = candidate.argTypes.filter(scored).length;
    if (score > bestScore) {
      bestScore = score;
      best = [candidate];
    } else if (score === bestScore) {
      best.push(candidate);
    }
  }
  return best;
}

/** Of the known arguments: exact matches first, then preferred types of their category. */
function preferKnown<C extends Candidate>(
  argTypes: readonly number[],
  candidates: readonly C[],
): readonly C[] {
  const base = argTypes.map((type) => (type === UNKNOWN ? UNKNOWN : baseTypeOid(type)));
  const exact = keepBest(
    candidates,
    (type, index) => base[index] !== UNKNOWN && type === base[index],
  );
  if (exact.length === 1) return exact;
  const categories = base.map(typeCategory);
  return keepBest(
    exact,
    (type, index) =>
      base[index] !== UNKNOWN &&
      (type === base[index] || isPreferredType(type, categories[index] ?? UNKNOWN_CATEGORY)),
  );
}

interface SlotCategory {
  readonly category: string;
  readonly havePreferred: boolean;
}

/** What the remaining candidates take at a position where the argument is an unknown literal. */
function slotCategory(candidates: readonly Candidate[], index: number): SlotCategory | undefined {
  let category: string | undefined;
  let havePreferred = false;
  let conflict = false;
  for (const candidate of candidates) {
    const type = candidate.argTypes[index] ?? 0;
    const next = typeCategory(type);
    const preferred = isPreferredType(type, next);
    if (category === undefined) {
      category = next;
      havePreferred = preferred;
    } else if (next === category) {
      havePreferred ||= preferred;
    } else if (next === STRING_CATEGORY) {
      category = next;
      havePreferred = preferred;
    } else {
      conflict = true;
    }
  }
  if (category === undefined || (conflict && category !== STRING_CATEGORY)) return undefined;
  return { category, havePreferred };
}

/** Unknown literals prefer the string category, else the one that all candidates share. */
function preferUnknown<C extends Candidate>(
  argTypes: readonly number[],
  candidates: readonly C[],
): readonly C[] | undefined {
  const slots = new Map<number, SlotCategory>();
  for (const [index, type] of argTypes.entries()) {
    if (type !== UNKNOWN) continue;
    const slot = slotCategory(candidates, index);
    if (slot === undefined) return undefined;
    slots.set(index, slot);
  }
  return candidates.filter((candidate) =>
    [...slots].every(([index, { category, havePreferred }]) => {
      const type = candidate.argTypes[index] ?? 0;
      if (typeCategory(type) !== category) return false;
      return !havePreferred || isPreferredType(type, category);
    }),
  );
}

/** If all known arguments are of one type, unknown ones are supposed to be of it too. */
function supposeSameType<C extends Candidate>(
  argTypes: readonly number[],
  candidates: readonly C[],
  casts: UserCasts | undefined,
): C | undefined {
  const known = new Set(argTypes.filter((type) => type !== UNKNOWN).map(baseTypeOid));
  const [only] = known;
  if (known.size !== 1 || only === undefined) return undefined;
  const supposed = argTypes.map(() => only);
  const matching = matchArgTypes(supposed, candidates, casts);
  return matching.length === 1 ? matching[0] : undefined;
}

/** The one candidate that fits best, undefined when the call is ambiguous. */
export function selectCandidate<C extends Candidate>(
  argTypes: readonly number[],
  candidates: readonly C[],
  casts?: UserCasts,
): C | undefined {
  let remaining = preferKnown(argTypes, candidates);
  if (remaining.length === 1) return remaining[0];
  if (!argTypes.includes(UNKNOWN)) return undefined;
  const narrowed = preferUnknown(argTypes, remaining);
  if (narrowed !== undefined && narrowed.length > 0) remaining = narrowed;
  if (remaining.length === 1) return remaining[0];
  return supposeSameType(argTypes, remaining, casts);
}
