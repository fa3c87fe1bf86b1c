/**
 * SQL text as a tree in which parts know what smaller text could stand in their place: a statement
 * that fails is shrunk by trying these, largest parts first, for as long as it still fails.
 */
export type Sql = string | SqlNode;

interface SqlNode {
  readonly parts: readonly Sql[];
  /** Shorter texts that are valid here as well, where nothing else in the statement needs this one. */
  readonly shorter: readonly Sql[];
}

/** A template literal of parts. */
export function sql(texts: TemplateStringsArray, ...values: readonly Sql[]): Sql {
  const parts: Sql[] = [];
  texts.forEach((text, at) => {
    if (text !== "") parts.push(text);
    const value = values[at];
    if (value !== undefined && value !== "") parts.push(value);
  });
  return { parts, shorter: [] };
}

export function orShorter(text: Sql, ...shorter: readonly Sql[]): Sql {
  return { parts: [text], shorter };
}

/** A list of which all elements but the first may go. */
export function listed(items: readonly Sql[], separator: string): Sql {
  const [first = "", ...rest] = items;
  return {
    parts: [first, ...rest.map((item) => orShorter(sql`${separator}${item}`, ""))],
    shorter: [],
  };
}

export function textOf(node: Sql): string {
  return typeof node === "string" ? node : node.parts.map(textOf).join("");
}

/** All trees that have one part replaced by something shorter, the outermost parts first. */
function* reductions(node: Sql): Generator<Sql> {
  if (typeof node === "string") return;
  yield* node.shorter;
  for (const [at, part] of node.parts.entries()) {
    for (const reduced of reductions(part)) {
      yield { ...node, parts: node.parts.with(at, reduced) };
    }
  }
}

const ATTEMPTS_MAX = 600;

/** The smallest statement found that still fails. */
export async function shrunk(node: Sql, fails: (text: string) => Promise<boolean>): Promise<Sql> {
  let smallest = node;
  let attempts = 0;
  for (let found = true; found;) {
    found = false;
    for (const candidate of reductions(smallest)) {
      if (++attempts > ATTEMPTS_MAX) return smallest;
      if (textOf(candidate).length >= textOf(smallest).length) continue;
      if (!(await fails(textOf(candidate)))) continue;
      smallest = candidate;
      found = true;
      break;
    }
  }
  return smallest;
}
