/** DateStyle: an output style and a field order in one setting; either may be given alone. */
export type DateStyleName = "ISO" | "SQL" | "Postgres" | "German";
export type DateOrder = "MDY" | "DMY" | "YMD";

const STYLES: readonly (readonly [string, DateStyleName])[] = [
  ["iso", "ISO"],
  ["sql", "SQL"],
  ["postgres", "Postgres"],
  ["german", "German"],
];

function styleOf(word: string): DateStyleName | undefined {
  return STYLES.find(([name]) =>
    name === "postgres" ? word.startsWith("postgres") : word === name,
  )?.[1];
}

function orderOf(word: string): DateOrder | undefined {
  if (word === "ymd") return "YMD";
  if (word === "dmy" || word.startsWith("euro")) return "DMY";
  if (word === "mdy" || word === "us" || word.startsWith("noneuro")) return "MDY";
  return undefined;
}

export function splitDateStyle(canonical: string): {
  readonly style: DateStyleName;
  readonly order: DateOrder;
} {
  const [style, order] = canonical.toLowerCase().split(", ");
  return { style: styleOf(style ?? "") ?? "ISO", order: orderOf(order ?? "") ?? "MDY" };
}

export type ParsedDateStyle =
  | { readonly kind: "valid"; readonly canonical: string }
  | { readonly kind: "unknown"; readonly word: string }
  | { readonly kind: "conflict" };

/** What is not mentioned stays as in `current`; canonical is "Style, ORDER". */
export function parseDateStyle(value: string, current: string): ParsedDateStyle {
  const now = splitDateStyle(current);
  let style: DateStyleName | undefined;
  let order: DateOrder | undefined;
  for (const part of value.split(",")) {
    const word = part.trim().toLowerCase();
    const nextStyle = word === "default" ? "ISO" : styleOf(word);
    const nextOrder = word === "default" ? "MDY" : orderOf(word);
    if (nextStyle === undefined && nextOrder === undefined) return { kind: "unknown", word };
    if (style !== undefined && nextStyle !== undefined && style !== nextStyle) {
      return { kind: "conflict" };
    }
    if (order !== undefined && nextOrder !== undefined && order !== nextOrder) {
      return { kind: "conflict" };
    }
    style ??= nextStyle;
    order ??= nextOrder;
  }
  // German implies DMY unless an order was given.
  if (style === "German") order ??= "DMY";
  return { kind: "valid", canonical: `${style ?? now.style}, ${order ?? now.order}` };
}
