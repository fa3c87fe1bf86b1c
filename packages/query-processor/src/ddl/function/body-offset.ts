/**
 * Where a byte of a function's body stands in the statement that has the body as a literal
 * (match_prosrc_to_query): only if the body is there exactly once.
 */
const QUOTE = 39;
const DOLLAR = 36;
const BACKSLASH = 92;

/** Bytes from the opening quote's successor to the body's byte `at`; undefined: no match. */
function inQuotes(query: Buffer, start: number, body: Buffer, at: number): number | undefined {
  let place: number | undefined;
  let from = start;
  for (let index = 0; index <= body.length; index++) {
    if (index === at) place = from;
    if (index === body.length) break;
    const code = body[index];
    if (query[from] !== code) return undefined;
    if (code === QUOTE || (code === BACKSLASH && query[from + 1] === BACKSLASH)) {
      if (query[from + 1] !== code) return undefined;
      from++;
    }
    from++;
  }
  return query[from] === QUOTE && query[from + 1] !== QUOTE ? place : undefined;
}

function inDollars(query: Buffer, start: number, body: Buffer, at: number): number | undefined {
  const end = start + body.length;
  if (query[end] !== DOLLAR || query.compare(body, 0, body.length, start, end) !== 0) {
    return undefined;
  }
  return start + at;
}

/** 0-based byte offset into the source. */
export function bodyOffset(source: string, body: string, byte: number): number | undefined {
  const query = Buffer.from(source);
  const wanted = Buffer.from(body);
  let found: number | undefined;
  for (let at = 0; at < query.length; at++) {
    const code = query[at];
    if (code !== QUOTE && code !== DOLLAR) continue;
    if (at + 1 + wanted.length > query.length) break;
    const match = code === QUOTE ? inQuotes : inDollars;
    const place = match(query, at + 1, wanted, byte);
    if (place === undefined) continue;
    if (found !== undefined) return undefined;
    found = place;
  }
  return found;
}
