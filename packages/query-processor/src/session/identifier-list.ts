/** Comma-separated identifiers as search_path holds them: folded unless quoted. */
export function splitIdentifierList(text: string): readonly string[] | undefined {
  const names: string[] = [];
  const pattern = /\s*(?:"((?:[^"]|"")*)"|([^\s,"]+))\s*(,|$)/y;
  if (text.trim() === "") return names;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null) return undefined;
    const [, quoted, plain, end] = match;
    names.push(quoted === undefined ? (plain ?? "").toLowerCase() : quoted.replaceAll('""', '"'));
    if (end === "") return names;
  }
  return undefined;
}
