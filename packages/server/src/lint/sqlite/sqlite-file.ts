/** A file of SQLite's SQL, such as its shell's .dump: the body of a trigger holds semicolons, too. */
import type { FileStatement } from "../sql-file.ts";
import type { SqliteToken } from "./sqlite-tokens.ts";
import { sqliteTokens } from "./sqlite-tokens.ts";

function isTrigger(words: readonly SqliteToken[]): boolean {
  return words[0]?.value === "create" && words.slice(1, 3).some(({ value }) => value === "trigger");
}

export function sqliteStatementsIn(text: string): FileStatement[] {
  const found: FileStatement[] = [];
  let tokens: SqliteToken[] = [];
  const end = (): void => {
    const [start, last] = [tokens[0]?.start, tokens.at(-1)?.end];
    if (start !== undefined && last !== undefined) {
      found.push({ text: text.slice(start, last), start, end: last });
    }
    tokens = [];
  };
  for (const token of sqliteTokens(text)) {
    const isEnd = token.text === ";";
    if (isEnd && (!isTrigger(tokens) || tokens.at(-1)?.value === "end")) end();
    else tokens.push(token);
  }
  end();
  return found;
}
