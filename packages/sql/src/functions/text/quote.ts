/** Literals as quote_literal prints them, identifiers as quote_ident does. */
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { quoteIdentifier, quoting } from "../../expression/quote-identifier.ts";
import { LONG, PLAIN_STEP, flatten, longCall, piecesOf } from "../long-call.ts";
import type { Steps } from "../long-call.ts";

function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll("\\", "\\\\")}'`;
  return text.includes("\\") ? `E${quoted}` : quoted;
}

/** By pieces where it is long. */
export function quotedText(context: EvaluationContext, text: string): string {
  if (text.length <= LONG) return quoteLiteral(text);
  return longCall(context, function* quoted() {
    yield* flatten(text);
    const parts = ["'"];
    let escapes = false;
    for (const piece of piecesOf(text, PLAIN_STEP)) {
      const part = piece.replaceAll("'", "''");
      escapes ||= part.includes("\\");
      parts.push(part.replaceAll("\\", "\\\\"));
      yield;
    }
    parts.push("'");
    return escapes ? `E${parts.join("")}` : parts.join("");
  });
}

/** So is an identifier. */
export function quotedName(context: EvaluationContext, text: string): string {
  const all = context.format.quotesAll === true;
  if (text.length > LONG) return longCall(context, () => longName(text, all));
  return all ? quoting(true, () => quoteIdentifier(text)) : quoteIdentifier(text);
}

function* longName(text: string, quotesAll: boolean): Steps<string> {
  yield* flatten(text);
  const parts: string[] = [];
  let isPlain = !quotesAll && /^[a-z_]/.test(text);
  for (const piece of piecesOf(text, PLAIN_STEP)) {
    isPlain &&= /^[a-z0-9_]*$/.test(piece);
    parts.push(piece.replaceAll('"', '""'));
    yield;
  }
  return isPlain ? text : `"${parts.join("")}"`;
}
