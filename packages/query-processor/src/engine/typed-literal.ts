/** `date '2024-01-01'`, `interval '1 day'`: a type's name right before a literal. */
const TYPE_WORDS = new Set([
  "date",
  "time",
  "timestamp",
  "timestamptz",
  "timetz",
  "zone",
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
  "double",
  "precision",
  "bit",
  "varying",
  "escape",
]);

/** Any word directly before a quote may name a type; these do so without doubt, or take one. */
export function isTypedLiteralPrefix(word: string, text: string, to: number): boolean {
  if (!TYPE_WORDS.has(word)) return false;
  return /^\s*'/u.test(text.slice(to, to + 16));
}
