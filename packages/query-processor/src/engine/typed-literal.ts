/** Words that stand before a literal and belong to it. */

/** `date '2024-01-01'` is `'2024-01-01'::date`. */
const CAST_WORDS = new Set([
  "date",
  "time",
  "timetz",
  "timestamp",
  "timestamptz",
  "interval",
  "numeric",
  "decimal",
  "bool",
  "boolean",
  "text",
  "bytea",
  "uuid",
  "json",
  "jsonb",
]);

/** Of types that are several words or have modifiers, and of LIKE ... ESCAPE. */
const OTHER_WORDS = new Set(["zone", "double", "precision", "bit", "varying", "escape"]);

const BEFORE_STRING = /\s*(?=')/uy;
/** `interval '1' day` is of fewer fields, `interval '1.5' (1)` is not valid. */
const INTERVAL_FIELDS = /\s*(?:year|month|day|hour|minute|second|\()/iuy;
const CAST = /\s*::\s*([a-z_]\w*)/iuy;
const CAST_OF_FUNCTION = /\s+as\s/iuy;
const CLOSES = /\s*\)/uy;

function isAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

/** Where the string begins whose type the word names; undefined: it does not. */
export function typedString(word: string, text: string, to: number): number | undefined {
  if (!CAST_WORDS.has(word)) return undefined;
  return isAt(BEFORE_STRING, text, to) ? BEFORE_STRING.lastIndex : undefined;
}

export function hasIntervalFields(text: string, at: number): boolean {
  return isAt(INTERVAL_FIELDS, text, at);
}

/** Any word directly before a quote may name a type; these do so without doubt, or take one. */
export function isTypedLiteralPrefix(word: string, text: string, to: number): boolean {
  return OTHER_WORDS.has(word) && isAt(BEFORE_STRING, text, to);
}

/** Whether `::` and the whole name of a type follow. */
export function isCastNext(text: string, at: number): boolean {
  CAST.lastIndex = at;
  const type = CAST.exec(text)?.[1]?.toLowerCase();
  if (type === undefined) return false;
  return type !== "interval" || !hasIntervalFields(text, CAST.lastIndex);
}

/** In `CAST(... AS`. */
export function isAsNext(text: string, at: number): boolean {
  return isAt(CAST_OF_FUNCTION, text, at);
}

export function closesNext(text: string, at: number): boolean {
  return isAt(CLOSES, text, at);
}
