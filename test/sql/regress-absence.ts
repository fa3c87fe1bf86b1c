/**
 * What a script cannot do here because an earlier statement, which is out of scope, made what it
 * needs: a partitioned table, a function in another language. Such statements are not counted, nor
 * what is made of what they failed to make, nor the rest of a transaction that they ended.
 */
import { isCounted } from "./regress-scope.ts";

const CREATED =
  /^\s*create\s+(?:or\s+replace\s+)?(?:global\s+|local\s+|temp\s+|temporary\s+|unlogged\s+|unique\s+|recursive\s+|materialized\s+|event\s+|constraint\s+)*(?:table|view|function|procedure|type|domain|index|trigger|rule|aggregate|operator|sequence|schema|role|user|group)\s+(?:if\s+not\s+exists\s+)?((?:"[^"]+"|[\w.$]+))/iu;
const RENAMED = /\brename\s+to\s+("[^"]+"|[\w$]+)/iu;
const NAMED = /(?:"([^"]+)"|function (\S+)\()/gu;
const MISSING = /^error (?:42P01|42704|42883|42703|3F000|2BP01|42809|42P17):/u;
const ABORTED = /^error 25P02:/u;

function plainName(name: string): string {
  const last = name.split(".").at(-1) ?? name;
  return last.replaceAll('"', "").toLowerCase();
}

export class Absence {
  readonly #missing = new Set<string>();
  /** Whether an uncounted statement failed here and so ended the transaction. */
  #aborted = false;

  isCounted(sql: string, mine: readonly string[], truth: readonly string[]): boolean {
    const error = mine.find((line) => line.startsWith("error "));
    const alsoFails = truth.some((line) => line.startsWith("error "));
    if (!mine.some((line) => ABORTED.test(line))) this.#aborted &&= error !== undefined;
    const counted = isCounted(sql, truth) && !this.#isAbsent(error);
    if (!counted && error !== undefined && !alsoFails) {
      this.#note(sql);
      this.#aborted = true;
    }
    return counted;
  }

  #isAbsent(error: string | undefined): boolean {
    if (error === undefined) return false;
    if (ABORTED.test(error)) return this.#aborted;
    if (!MISSING.test(error)) return false;
    const names = [...error.matchAll(NAMED)].map(([, quoted, call]) => quoted ?? call ?? "");
    return names.some((name) => this.#missing.has(plainName(name)));
  }

  #note(sql: string): void {
    const name = CREATED.exec(sql)?.[1] ?? RENAMED.exec(sql)?.[1];
    if (name !== undefined) this.#missing.add(plainName(name));
  }
}
