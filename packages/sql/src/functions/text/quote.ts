/** Literals as quote_literal prints them. */
import type { EvaluationContext } from "../../expression/evaluation-context.ts";
import { LONG, PLAIN_STEP, longCall, piecesOf } from "../long-call.ts";

function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''").replaceAll("\\", "\\\\")}'`;
  return text.includes("\\") ? `E${quoted}` : quoted;
}

/** By pieces where it is long. */
export function quotedText(context: EvaluationContext, text: string): string {
  if (text.length <= LONG) return quoteLiteral(text);
  return longCall(context, function* quoted() {
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
