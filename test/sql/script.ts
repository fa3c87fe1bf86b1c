/** SQL scripts as statements: each ends with a semicolon at the end of a line. */
export interface ScriptStatement {
  readonly sql: string;
  readonly line: number;
  /** From a comment before it. `differs`: answered otherwise than by PostgreSQL; `refused`: 0A000. */
  readonly mark: Mark | undefined;
}

export interface Mark {
  readonly kind: "differs" | "refused";
  readonly reason: string;
}

const MARK = /^-- (differs|refused): (.+)$/u;

function markOf(line: string): Mark | undefined {
  const [, kind, reason] = MARK.exec(line) ?? [];
  if (reason === undefined) return undefined;
  return { kind: kind === "refused" ? "refused" : "differs", reason };
}

export function statementsOf(text: string): readonly ScriptStatement[] {
  const statements: ScriptStatement[] = [];
  let sql: string[] = [];
  let first = 0;
  let mark: Mark | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    if (sql.length === 0) {
      mark = markOf(line) ?? mark;
      if (line.trim() === "" || line.startsWith("--")) continue;
      first = index + 1;
    }
    sql.push(line);
    if (!line.trimEnd().endsWith(";")) continue;
    statements.push({ sql: sql.join("\n").trimEnd().slice(0, -1), line: first, mark });
    sql = [];
    mark = undefined;
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
