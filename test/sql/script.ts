/**
 * SQL scripts as statements: each ends with a semicolon at the end of a line. What COPY FROM STDIN
 * reads follows its statement, up to a line that says \\. alone.
 */
export interface ScriptStatement {
  readonly sql: string;
  readonly line: number;
  /** From a comment before it. `differs`: answered otherwise than by PostgreSQL; `refused`: 0A000. */
  readonly mark: Mark | undefined;
  readonly copyData: string | undefined;
}

export interface Mark {
  readonly kind: "differs" | "refused";
  readonly reason: string;
}

const COPY_FROM_STDIN = /^copy\b[\s\S]*\bfrom\s+stdin\b/iu;

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
  let data: string[] | undefined;
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    if (data !== undefined) {
      const last = statements.at(-1);
      if (line !== "\\.") data.push(`${line}\n`);
      else if (last !== undefined) {
        statements[statements.length - 1] = { ...last, copyData: data.join("") };
        data = undefined;
      }
      continue;
    }
    if (sql.length === 0) {
      mark = markOf(line) ?? mark;
      if (line.trim() === "" || line.startsWith("--")) continue;
      first = index + 1;
    }
    sql.push(line);
    if (!line.trimEnd().endsWith(";")) continue;
    const statement = sql.join("\n").trimEnd().slice(0, -1);
    statements.push({ sql: statement, line: first, mark, copyData: undefined });
    if (COPY_FROM_STDIN.test(statement)) data = [];
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
