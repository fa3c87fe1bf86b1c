/** Asks the rules of a set, once per parse tree. */
import { SqlError } from "@firstlight/common";
import { fieldsOf, list, tagOf } from "../../parse/node.ts";
import type { ParseNode, ParsedStatement } from "../../parse/parsed-statement.ts";
import type { StatementRules } from "../profile.ts";
import type { Rule } from "./rule.ts";

const NO_RULES: readonly Rule[] = [];

export class DsqlStatementRules implements StatementRules {
  readonly #rules = new Map<string, Rule[]>();
  readonly #known = new WeakMap<ParseNode, SqlError | false>();

  constructor(rules: readonly Rule[]) {
    for (const rule of rules) {
      for (const tag of rule.statements) {
        const others = this.#rules.get(tag);
        if (others === undefined) this.#rules.set(tag, [rule]);
        else others.push(rule);
      }
    }
  }

  refusal(statement: ParsedStatement): SqlError | undefined {
    const { node } = statement;
    let found = this.#known.get(node);
    if (found === undefined) {
      found = this.#ask(statement) ?? false;
      this.#known.set(node, found);
    }
    if (found === false) return undefined;
    // One of its own for each: they are told where they were raised.
    return new SqlError(found.sqlstate, found.message, found.fields);
  }

  #ask(statement: ParsedStatement): SqlError | undefined {
    const { tag, node } = statement;
    for (const element of list(node, "schemaElts")) {
      const refused = this.#ask({ ...statement, tag: tagOf(element), node: fieldsOf(element) });
      if (refused !== undefined) return refused;
    }
    for (const rule of this.#rules.get(tag) ?? NO_RULES) {
      const found = rule.find === undefined ? "" : rule.find(node, statement);
      if (found !== undefined) return new SqlError(rule.sqlstate, rule.text.replace("{}", found));
    }
    return undefined;
  }
}
