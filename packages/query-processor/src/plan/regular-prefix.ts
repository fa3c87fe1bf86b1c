/**
 * How texts that match a regular expression have to begin, and whether that is all of them: what
 * pg_regprefix reads off the compiled expression, read off its text. Only what is sure counts.
 */

/** The beginning of what a part matches; `isWhole`: it matches exactly this. */
interface Beginning {
  readonly prefix: string;
  readonly isWhole: boolean;
}

const ANYTHING: Beginning = { prefix: "", isWhole: false };
const NOTHING: Beginning = { prefix: "", isWhole: true };
/** What upper() and lower() change. */
const LETTER = /[a-z\u0080-\uffff]/iu;
const QUOTED = /[^\w\s]/u;
const BOUNDS = /^\{(\d+)(,(\d*))?\}/u;
const REPEATED_MAX = 64;

function followed(a: Beginning, b: Beginning): Beginning {
  return a.isWhole ? { prefix: a.prefix + b.prefix, isWhole: b.isWhole } : a;
}

function common(a: string, b: string): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  // No half of a character.
  return Array.from(a.slice(0, at))
    .filter((char) => char.length > 1 || !/[\ud800-\udfff]/u.test(char))
    .join("");
}

function either(a: Beginning, b: Beginning): Beginning {
  const isSame = a.isWhole && b.isWhole && a.prefix === b.prefix;
  return isSame ? a : { prefix: common(a.prefix, b.prefix), isWhole: false };
}

class Reader {
  readonly #chars: readonly string[];
  readonly #ignoresCase: boolean;
  #at = 0;
  /** Something that is not read here: nothing is sure. */
  isLost = false;

  constructor(pattern: string, ignoresCase: boolean) {
    this.#chars = Array.from(pattern);
    this.#ignoresCase = ignoresCase;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#chars.length;
  }

  takes(char: string): boolean {
    if (this.#chars[this.#at] !== char) return false;
    this.#at++;
    return true;
  }

  /** Up to the next | or ) of this level; `$` at the end of all is left to whoever asks. */
  sequence(): Beginning {
    let whole = NOTHING;
    while (!this.isAtEnd && !this.#isNext("|") && !this.#isNext(")") && !this.#isLastDollar()) {
      whole = followed(whole, this.#quantified(this.#atom()));
    }
    return whole;
  }

  #isNext(char: string): boolean {
    return this.#chars[this.#at] === char;
  }

  #isLastDollar(): boolean {
    return this.#isNext("$") && this.#at === this.#chars.length - 1;
  }

  #atom(): Beginning {
    const char = this.#chars[this.#at++] ?? "";
    if (char === "(") return this.#group();
    if (char === "[") return this.#bracket();
    if (char === "\\") {
      const quoted = this.#chars[this.#at++] ?? "";
      return QUOTED.test(quoted) ? this.#literal(quoted) : ANYTHING;
    }
    return ".^$*+?".includes(char) ? ANYTHING : this.#literal(char);
  }

  #literal(char: string): Beginning {
    const isFixed = !this.#ignoresCase || !LETTER.test(char);
    return isFixed ? { prefix: char, isWhole: true } : ANYTHING;
  }

  #group(): Beginning {
    if (this.takes("?") && !this.takes(":")) this.isLost = true;
    let inner = this.sequence();
    while (this.takes("|")) inner = either(inner, this.sequence());
    if (!this.takes(")")) this.isLost = true;
    return inner;
  }

  #bracket(): Beginning {
    this.takes("^");
    this.takes("]");
    while (!this.isAtEnd && !this.takes("]")) {
      const char = this.#chars[this.#at++] ?? "";
      if (char === "\\") this.#at++;
      const kind = this.#chars[this.#at] ?? "";
      if (char === "[" && ".:=".includes(kind)) this.#skipNamed(kind);
    }
    return ANYTHING;
  }

  /** A class, as in [[:alpha:]]. */
  #skipNamed(kind: string): void {
    this.#at++;
    while (!this.isAtEnd && !(this.#isNext(kind) && this.#chars[this.#at + 1] === "]")) this.#at++;
    this.#at += 2;
  }

  #quantified(atom: Beginning): Beginning {
    if (this.takes("*") || this.takes("?")) return this.#greedy(ANYTHING);
    if (this.takes("+")) return this.#greedy({ ...atom, isWhole: false });
    const bounds = BOUNDS.exec(this.#chars.slice(this.#at, this.#at + 12).join(""));
    if (bounds === null) return atom;
    this.#at += bounds[0].length;
    return this.#greedy(repeated(atom, Number(bounds[1]), bounds[2] === undefined));
  }

  /** Past what says that as little as possible is to be matched. */
  #greedy(part: Beginning): Beginning {
    this.takes("?");
    return part;
  }
}

function repeated(atom: Beginning, times: number, isExact: boolean): Beginning {
  let whole = NOTHING;
  for (let i = 0; i < Math.min(times, REPEATED_MAX); i++) whole = followed(whole, atom);
  return isExact && times <= REPEATED_MAX ? whole : { ...whole, isWhole: false };
}

export interface RegularPrefix {
  readonly prefix: string;
  readonly exact: boolean;
}

/** Of one that is anchored in all its alternatives. */
export function regularPrefix(pattern: string, ignoresCase: boolean): RegularPrefix {
  const nothing = { prefix: "", exact: false };
  const reader = new Reader(pattern, ignoresCase);
  let found: Beginning | undefined;
  let exact = false;
  do {
    if (!reader.takes("^")) return nothing;
    const part = reader.sequence();
    const hasEnd = reader.takes("$");
    exact = part.isWhole && hasEnd && found === undefined;
    found = found === undefined ? part : either(found, part);
  } while (reader.takes("|"));
  if (reader.isLost || !reader.isAtEnd) return nothing;
  return { prefix: found.prefix, exact };
}
