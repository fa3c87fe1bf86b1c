/** Settings of the startup packet: those that SET may change. */
import type { SqlError } from "@firstlight/common";
import type { ParameterRules } from "../profile.ts";
import type { RuleBook } from "./rule-book.ts";
import { CHANGEABLE } from "./rules/session-rules.ts";

export class DsqlParameterRules implements ParameterRules {
  readonly #book: RuleBook;

  constructor(book: RuleBook) {
    this.#book = book;
  }

  refusal(name: string): SqlError | undefined {
    return CHANGEABLE.has(name.toLowerCase()) ? undefined : this.#book.refusal("set", name);
  }
}
