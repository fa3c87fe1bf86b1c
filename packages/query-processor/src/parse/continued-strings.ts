/**
 * 'a' -- comment
 * 'b'
 *
 * is one string (section 4.1.2.1 of PostgreSQL's manual), but libpg-query takes no comment between its
 * parts. What it refuses it is given once more without the comments that end lines.
 */
const TOKEN =
  /[eE]'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|\/\*[\s\S]*?\*\/|--[^\r\n]*|[\w$]+|[\s\S]/gu;

const CONTINUED =
  /'\s*--[^\n\r]*[\n\r]\s*(?:--[^\n\r]*[\n\r]\s*)*'|'\s*[\n\r]\s*(?:--[^\n\r]*[\n\r]\s*)+'/u;

/** Of the same length; undefined: there is no such string. */
export function withoutLineComments(text: string): string | undefined {
  if (!CONTINUED.test(text)) return undefined;
  return text.replace(TOKEN, (token: string) =>
    token.startsWith("--") ? " ".repeat(Buffer.byteLength(token)) : token,
  );
}
