/** Asks the rules of a set, once per parse tree. */
import { SqlError } from "@firstlight/common";
import { fieldsOf, list, tagOf } from "../../parse/node.ts";
import type { ParseNode, ParsedStatement } from "../../parse/parsed-statement.ts";
import type { StatementRules } from "../profile.ts";
import { bodyStatements } from "./function-bodies.ts";
import type { Rule } from "./rule.ts";

interface Refusal {
  readonly rule: Rule;
  readonly error: SqlError;
}

const NO_RULES: readonly Rule[] = [];

export class DsqlStatementRules implements StatementRules {
  readonly #rules = new Map<string, Rule[]>();
  readonly #known = new WeakMap<ParseNode, Refusal | false>();

  constructor(rules: readonly Rule[]) {
    for (const rule of rules) {
      for (const tag of rule.statements) {
        const others = this.#rules.get(tag);
        if (others === undefined) this.#rules.set(tag, [rule]);
        else others.push(rule);
      }
    }
  }

  refusal(
    statement: ParsedStatement,
    getSetting: (name: string) => string | undefined,
  ): SqlError | undefined {
    const { node } = statement;
    let found = this.#known.get(node);
    if (found === undefined) {
      found = this.#ask(statement) ?? false;
      this.#known.set(node, found);
    }
    if (found === false) return undefined;
    // Texts and positions are those of what was written.
    const { normalized } = statement;
    if (normalized !== undefined) return this.refusal(normalized.exact(), getSetting);
    const { rule, error } = found;
    const { liftedBy } = rule;
    if (liftedBy !== undefined && getSetting(liftedBy.setting) === liftedBy.value) {
      return this.#ask(statement, rule)?.error;
    }
    // One of its own for each: they are told where they were raised.
    return new SqlError(error.sqlstate, error.message, error.fields);
  }

  /** `lifted` is left out. */
  #ask(statement: ParsedStatement, lifted?: Rule, inBody = false): Refusal | undefined {
    const { tag, node } = statement;
    const inner = list(node, "schemaElts").map((element) => ({
      ...statement,
      tag: tagOf(element),
      node: fieldsOf(element),
    }));
    const before = this.#askEach(inner, lifted);
    if (before !== undefined) return before;
    const refused = this.#askRules(statement, lifted, inBody);
    if (refused !== undefined || tag !== "CreateFunctionStmt") return refused;
    return this.#askEach(bodyStatements(statement), lifted, true);
  }

  #askEach(
    statements: readonly ParsedStatement[],
    lifted: Rule | undefined,
    inBody = false,
  ): Refusal | undefined {
    for (const statement of statements) {
      const refused = this.#ask(statement, lifted, inBody);
      if (refused !== undefined) return refused;
    }
    return undefined;
  }

  #askRules(
    statement: ParsedStatement,
    lifted: Rule | undefined,
    inBody: boolean,
  ): Refusal | undefined {
    const { tag, node } = statement;
    for (const rule of this.#rules.get(tag) ?? NO_RULES) {
      if (inBody && rule.atCall === true) continue;
      const found = rule.find === undefined ? "" : rule.find(node, statement);
      if (found === undefined || rule === lifted) continue;
      return { rule, error: new SqlError(rule.sqlstate, rule.text.replace("{}", found)) };
    }
    return undefined;
  }
}
