/** A file of MySQL's SQL as its client would send it: DELIMITER changes what ends a statement. */
import type { FileStatement } from "../sql-file.ts";
import { mysqlTokens } from "./mysql-tokens.ts";

const DELIMITER = /^[ \t]*delimiter[ \t]+(\S+)[ \t]*$/imu;

function plainStatements(text: string, from: number, to: number): FileStatement[] {
  const found: FileStatement[] = [];
  let start: number | undefined;
  let end = from;
  for (const token of mysqlTokens(text.slice(0, to), from)) {
    if (token.text !== ";") {
      start ??= token.start;
      end = token.end;
    } else if (start !== undefined) {
      found.push({ text: text.slice(start, end), start, end });
      start = undefined;
    }
  }
  if (start !== undefined) found.push({ text: text.slice(start, end), start, end });
  return found;
}

/** Between two DELIMITER lines: bodies of routines, cut by the other delimiter. */
function delimited(text: string, from: number, to: number, delimiter: string): FileStatement[] {
  const found: FileStatement[] = [];
  for (let at = from; at < to;) {
    const next = text.indexOf(delimiter, at);
    const end = next < 0 || next > to ? to : next;
    const body = text.slice(at, end);
    const start = at + (body.length - body.trimStart().length);
    at = end + delimiter.length;
    // The delimiter goes with it: no other client knows it.
    if (body.trim() !== "") found.push({ text: body.trim(), start, end: Math.min(at, to) });
  }
  return found;
}

export function mysqlStatementsIn(text: string): FileStatement[] {
  const found: FileStatement[] = [];
  let at = 0;
  let delimiter = ";";
  while (at < text.length) {
    const line = DELIMITER.exec(text.slice(at));
    const to = line === null ? text.length : at + line.index;
    found.push(
      ...(delimiter === ";" ? plainStatements(text, at, to) : delimited(text, at, to, delimiter)),
    );
    delimiter = line?.[1] ?? ";";
    at = line === null ? text.length : to + line[0].length;
  }
  return found;
}

/** Comments as PostgreSQL has them; what MySQL's client alone understands is left out. */
export function betweenStatements(text: string): string {
  return text
    .replaceAll(/^[ \t]*delimiter[ \t]+\S+[ \t]*\n?/gimu, "")
    .replaceAll(/^\s*\/\*!\d*[^;]*?\*\/\s*;?[ \t]*\n/gmu, "")
    .replaceAll(/^([ \t]*)#/gmu, "$1--");
}
