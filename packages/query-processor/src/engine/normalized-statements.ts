/** Parsing with a cache by normalized text, and literals as the parameters of a shared plan. */
import type { Datum, InputSettings } from "@firstlight/sql";
import { typeByOid } from "@firstlight/sql";
import type { ParsedStatement, ParseNode } from "../parse/parsed-statement.ts";
import { parse } from "../parse/parser.ts";
import { PlanCache } from "./plan-cache.ts";
import { normalizeStatement } from "./statement-normalizer.ts";

const CACHED_MAX = 2_000;
/** Strings take theirs from where they stand. */
const TYPES = { integer: 23, bigint: 20, decimal: 1700, string: 0 } as const;

interface Template {
  readonly tag: string;
  readonly node: ParseNode;
}

export class NormalizedStatements {
  /** false: the normalized text does not stand for the original. */
  readonly #templates = new PlanCache<Template | false>(CACHED_MAX);

  parse(text: string): readonly ParsedStatement[] {
    const normalized = normalizeStatement(text);
    if (normalized === undefined) return parse(text);
    const { key, literals } = normalized;
    const template = this.#templates.get(key) ?? this.#template(key);
    if (template === false) return parse(text);
    const { tag, node } = template;
    const exact = (): ParsedStatement => exactStatement(text);
    return [{ tag, node, source: text, text, normalized: { key, literals, exact } }];
  }

  /** Where the grammar takes the key it takes the original; what it refuses is reported by that. */
  #template(key: string): Template | false {
    const [replaced, second] = tryParse(key);
    if (replaced === undefined || second !== undefined) return this.#remember(key, false);
    return this.#remember(key, { tag: replaced.tag, node: replaced.node });
  }

  #remember(key: string, template: Template | false): Template | false {
    this.#templates.set(key, template);
    return template;
  }

  /** From now on statements of this shape are planned as written. */
  giveUp(key: string): void {
    this.#templates.set(key, false);
  }
}

function tryParse(text: string): readonly ParsedStatement[] {
  try {
    return parse(text);
  } catch {
    return [];
  }
}

function exactStatement(text: string): ParsedStatement {
  const [statement] = parse(text);
  if (statement === undefined) throw new TypeError("a statement that does not parse again");
  return statement;
}

type Normalized = NonNullable<ParsedStatement["normalized"]>;

/** Parameter types as the literals have them. */
export function literalTypes(normalized: Normalized): number[] {
  return normalized.literals.map(({ kind }) => TYPES[kind]);
}

/** Throws what the type's input says; the exact statement then reports it with its position. */
export function literalValues(
  normalized: Normalized,
  types: readonly number[],
  settings: InputSettings,
): Datum[] {
  return normalized.literals.map(({ kind, text }, i) =>
    // SQL's integers have no negative zero.
    kind === "integer" ? Number(text) || 0 : typeByOid(types[i] ?? 25).input(text, -1, settings),
  );
}
