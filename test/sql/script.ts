/** SQL scripts as statements: each ends with a semicolon at the end of a line. */
export interface ScriptStatement {
  readonly sql: string;
  readonly line: number;
  /** Why Firstlight answers otherwise than PostgreSQL: from a comment `-- differs: REASON`. */
  readonly differs?: string;
}

const DIFFERS = /^-- differs: (.+)$/u;

export function statementsOf(text: string): readonly ScriptStatement[] {
  const statements: ScriptStatement[] = [];
  let sql: string[] = [];
  let first = 0;
  let differs: string | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    if (sql.length === 0) {
      const reason = DIFFERS.exec(line)?.[1];
      if (reason !== undefined) differs = reason;
      if (line.trim() === "" || line.startsWith("--")) continue;
      first = index + 1;
    }
    sql.push(line);
    if (!line.trimEnd().endsWith(";")) continue;
    const base = { sql: sql.join("\n").trimEnd().slice(0, -1), line: first };
    statements.push(differs === undefined ? base : { ...base, differs });
    sql = [];
    differs = undefined;
  }
  if (sql.length > 0) throw new Error(`line ${first}: the last statement has no semicolon`);
  return statements;
}

/** Whether the order of the rows is a part of the answer. */
export function isOrdered(sql: string): boolean {
  let text = sql.replaceAll(/'(?:[^']|'')*'/gu, "''");
  for (let before = ""; before !== text;) {
    before = text;
    text = text.replaceAll(/\([^()]*\)/gu, "");
  }
  return /\border\s+by\b/iu.test(text);
}
