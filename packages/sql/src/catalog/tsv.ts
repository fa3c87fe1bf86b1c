/**
 * Reads the generated catalog texts of catalog-data: rows are split when they are asked for and
 * indexed by two columns, so that a process which uses a few types and functions pays for those.
 */

/** One row, by column name. An SQL NULL is null. */
export class CatalogRow {
  readonly #fields: readonly string[];
  readonly #columns: ReadonlyMap<string, number>;

  constructor(columns: ReadonlyMap<string, number>, fields: readonly string[]) {
    this.#columns = columns;
    this.#fields = fields;
  }

  get(column: string): string | null {
    const index = this.#columns.get(column);
    const field = index === undefined ? undefined : this.#fields[index];
    if (field === undefined) throw new Error(`catalog has no column ${column}`);
    return field === "\\N" ? null : unescapeField(field);
  }

  text(column: string): string {
    return this.get(column) ?? "";
  }

  number(column: string): number {
    return Number(this.get(column) ?? "0");
  }

  /** Booleans cast to text print as words. */
  flag(column: string): boolean {
    return this.get(column) === "true";
  }

  /** A space-separated oidvector. */
  oids(column: string): readonly number[] {
    const value = this.text(column);
    return value === "" ? [] : value.split(" ").map(Number);
  }

  /** A one-dimensional array literal, null when the column is. */
  list(column: string): readonly string[] | null {
    const value = this.get(column);
    return value === null ? null : arrayElements(value);
  }
}

function unescapeField(field: string): string {
  if (!field.includes("\\")) return field;
  const escapes: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", "\\": "\\" };
  return field.replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter);
}

/** Elements of `{a,"b c",}`: quotes and backslashes as array_out writes them. */
function arrayElements(literal: string): readonly string[] {
  const inner = literal.slice(1, -1);
  if (inner === "") return [];
  const elements: string[] = [];
  const pattern = /"((?:[^"\\]|\\.)*)"|([^,]*)/y;
  for (let at = 0; at <= inner.length; at = pattern.lastIndex + 1) {
    pattern.lastIndex = at;
    const match = pattern.exec(inner);
    if (match === null) break;
    elements.push(match[1] === undefined ? (match[2] ?? "") : match[1].replace(/\\(.)/g, "$1"));
  }
  return elements;
}

/** A catalog's lines and columns; every row is split anew, callers keep what they need. */
export class CatalogText {
  readonly columns: ReadonlyMap<string, number>;
  readonly #lines: readonly string[];

  constructor(text: string) {
    const [header = "", ...lines] = text.split("\n");
    this.columns = new Map(header.split("\t").map((name, index) => [name, index]));
    this.#lines = lines;
  }

  get length(): number {
    return this.#lines.length;
  }

  row(index: number): CatalogRow {
    return new CatalogRow(this.columns, (this.#lines[index] ?? "").split("\t"));
  }

  rows(): readonly CatalogRow[] {
    return this.#lines.map((_, index) => this.row(index));
  }

  /** Line numbers by the raw text of one of the first columns. */
  indexBy(column: string): ReadonlyMap<string, readonly number[]> {
    const position = this.columns.get(column) ?? 0;
    const index = new Map<string, number[]>();
    this.#lines.forEach((line, number) => {
      const value = fieldAt(line, position);
      const bucket = index.get(value);
      if (bucket === undefined) index.set(value, [number]);
      else bucket.push(number);
    });
    return index;
  }
}

function fieldAt(line: string, position: number): string {
  let start = 0;
  for (let skipped = 0; skipped < position; skipped += 1) start = line.indexOf("\t", start) + 1;
  const end = line.indexOf("\t", start);
  return end < 0 ? line.slice(start) : line.slice(start, end);
}
