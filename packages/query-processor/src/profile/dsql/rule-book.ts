/** The rules of a set by their id, for those who find out by themselves that one applies. */
import { SqlError } from "@firstlight/common";
import type { Rule } from "./rule.ts";

export class RuleBook {
  readonly #rules: ReadonlyMap<string, Rule>;

  constructor(rules: readonly Rule[]) {
    this.#rules = new Map(rules.map((rule) => [rule.id, rule]));
  }

  /** Undefined where the set has no such rule. `found` goes into the text. */
  refusal(id: string, found = ""): SqlError | undefined {
    const rule = this.#rules.get(id);
    return rule && new SqlError(rule.sqlstate, rule.text.replace("{}", found));
  }

  /** Throws if the set has the rule. */
  refuse(id: string, found = ""): void {
    const refusal = this.refusal(id, found);
    if (refusal !== undefined) throw refusal;
  }
}
