/** like_regex: XQuery's flags over PostgreSQL's regular expressions. */
import { SqlError } from "@firstlight/common";
import { type CompiledRegex, compileRegex } from "../regex/compile.ts";

export function pathRegex(pattern: string, flags: string): CompiledRegex {
  const literal = flags.includes("q");
  if (!literal && flags.includes("x")) {
    throw new SqlError(
      "0A000",
      'XQuery "x" flag (expanded regular expressions) is not implemented',
    );
  }
  return compileRegex(pattern, {
    ignoreCase: flags.includes("i"),
    newlineStops: !literal && !flags.includes("s"),
    newlineAnchors: !literal && flags.includes("m"),
    expanded: false,
    literal,
  });
}

export function checkPathRegex(pattern: string, flags: string): void {
  pathRegex(pattern, flags);
}
