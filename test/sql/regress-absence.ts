/**
 * What a script cannot do here because an earlier statement, which is out of scope, made what it
 * needs: a partitioned table, a function in another language. Such statements are not counted, nor
 * what is made of what they failed to make, nor the rest of a transaction that they ended, nor,
 * be they equal or not, statements about tables that have children, rules or triggers in PostgreSQL.
 */
import { EXTENDS_TABLE, isCounted } from "./regress-scope.ts";

const CREATED =
  /^\s*create\s+(?:or\s+replace\s+)?(?:global\s+|local\s+|temp\s+|temporary\s+|unlogged\s+|unique\s+|recursive\s+|materialized\s+|event\s+|constraint\s+)*(?:table|view|function|procedure|type|domain|index|trigger|rule|aggregate|operator|sequence|schema|role|user|group)\s+(?:if\s+not\s+exists\s+)?((?:"[^"]+"|[\w.$]+))/iu;
const RENAMED = /\brename\s+to\s+("[^"]+"|[\w$]+)/iu;
const NAMED = /(?:"([^"]+)"|function (\S+)\()/gu;
const PREPARED = /^\s*(?:prepare|declare)\s+("[^"]+"|[\w$]+)/iu;
const DROPPED = /^\s*drop\s+(?:table|view)\s+(?:if\s+exists\s+)?([\w.$"]+)\s*(?:cascade)?\s*$/iu;
const MISSING = /^error (?:26000|34000|42P01|42704|42883|42703|3F000|2BP01|42809|42P17):/u;
/** In a transaction that was ended a savepoint could not be made either. */
const ABORTED = /^error (?:25P02|3B001):/u;
const TABLE_BEFORE = String.raw`(?:\b(?:from|join|into|update|table|only|using|on|view)\s+|,\s*)`;

function plainName(name: string): string {
  const last = name.split(".").at(-1) ?? name;
  return last.replaceAll('"', "").toLowerCase();
}

export class Absence {
  readonly #missing = new Set<string>();
  /** Tables that PostgreSQL reads or writes more of than ours, and views of them. */
  readonly #extended = new Map<string, RegExp>();
  /** Whether an uncounted statement failed here and so ended the transaction. */
  #aborted = false;

  isCounted(sql: string, mine: readonly string[], truth: readonly string[]): boolean {
    const error = mine.find((line) => line.startsWith("error "));
    const alsoFails = truth.some((line) => line.startsWith("error "));
    const ended = this.#aborted && mine.includes("tag ROLLBACK") && truth.includes("tag COMMIT");
    if (!mine.some((line) => ABORTED.test(line))) this.#aborted &&= error !== undefined;
    const extended = this.#isExtended(sql);
    const counted = isCounted(sql, truth) && !extended && !ended && !this.#isAbsent(error);
    if (!counted && error !== undefined && !alsoFails) {
      this.#note(sql);
      this.#aborted = true;
    }
    return counted;
  }

  #isExtended(sql: string): boolean {
    const dropped = DROPPED.exec(sql)?.[1];
    if (dropped !== undefined) return this.#extended.delete(plainName(dropped));
    const words = EXTENDS_TABLE.exec(sql)?.slice(1) ?? [];
    const own = words.find((word) => word !== undefined);
    if (own !== undefined) this.#extend(own);
    const uses = [...this.#extended.values()].some((pattern) => pattern.test(sql));
    const made = uses ? CREATED.exec(sql)?.[1] : undefined;
    if (made !== undefined) this.#extend(made);
    return uses;
  }

  #extend(name: string): void {
    const plain = plainName(name);
    const pattern = `${TABLE_BEFORE}(?:only\\s+)?(?:\\w+\\.)?"?${plain.replaceAll("$", String.raw`\$`)}\\b`;
    this.#extended.set(plain, new RegExp(pattern, "iu"));
  }

  #isAbsent(error: string | undefined): boolean {
    if (error === undefined) return false;
    if (ABORTED.test(error)) return this.#aborted;
    if (!MISSING.test(error)) return false;
    const names = [...error.matchAll(NAMED)].map(([, quoted, call]) => quoted ?? call ?? "");
    return names.some((name) => this.#missing.has(plainName(name)));
  }

  #note(sql: string): void {
    const name = CREATED.exec(sql)?.[1] ?? PREPARED.exec(sql)?.[1] ?? RENAMED.exec(sql)?.[1];
    if (name !== undefined) this.#missing.add(plainName(name));
  }
}
