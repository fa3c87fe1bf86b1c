/** A statement of MySQL in PostgreSQL's words, and what was lost on the way. */

export interface Remark {
  readonly rule: string;
  readonly message: string;
}

export interface Translation {
  /** Undefined: there is no equivalent; the last remark says why. */
  readonly statements: readonly string[] | undefined;
  readonly remarks: readonly Remark[];
}

/** There is no equivalent. */
export class Untranslatable extends Error {
  readonly rule: string;

  constructor(rule: string, message: string) {
    super(message);
    this.rule = rule;
  }
}

export function quotedName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/u.test(name) && !RESERVED.has(name)
    ? name
    : `"${name.replaceAll('"', '""')}"`;
}

/** Words that names of MySQL's schemas often are, and PostgreSQL reserves. */
const RESERVED: ReadonlySet<string> = new Set(
  "all analyse analyze and any array as asc both case cast check collate column constraint create current_date current_role current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign from grant group having in initially intersect into lateral leading limit localtime localtimestamp not null offset on only or order placing primary references returning select session_user some symmetric table then to trailing true union unique user using variadic when where window with".split(
    " ",
  ),
);

export function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Of a string whose quotes are gone, but not what stands for quotes and backslashes within. */
export function plainText(text: string): string {
  return text.replaceAll(/\\(.)|''|""/gsu, (found, escaped?: string) => escaped ?? found.slice(1));
}
