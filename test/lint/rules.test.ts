/**
 * The linter by the rules' own examples: it finds what the profile refuses under the rule's id, finds
 * nothing in what runs, and what it writes instead is refused no more.
 */
import { RULE_SETS } from "@firstlight/query-processor";
import type { Example, Rule } from "@firstlight/query-processor";
import type { LintedFile } from "firstlight";
import { lintFiles } from "firstlight";
import { beforeAll, describe, expect, it } from "vitest";
import { DROPPED, MADE } from "../profile/schema.ts";

const rules: readonly Rule[] = RULE_SETS[0]?.rules ?? [];

function textsOf(example: Example): string {
  const own = typeof example === "string" ? [example] : example;
  return [...DROPPED, ...MADE, ...own].map((each) => `${each};\n`).join("");
}

interface Case {
  readonly rule: Rule;
  readonly example: Example;
  linted?: LintedFile;
  again?: LintedFile;
}

async function lint(cases: readonly Case[]): Promise<void> {
  const files = cases.map(({ rule, example }) => ({ name: rule.id, text: textsOf(example) }));
  const linted = await lintFiles(files);
  for (const [at, each] of cases.entries()) each.linted = linted[at] as LintedFile;
  const fixed = cases.filter((each) => each.linted?.findings.every(({ fixable }) => fixable));
  const again = await lintFiles(
    fixed.map(({ rule, linted: first }) => ({ name: rule.id, text: first?.fixed ?? "" })),
  );
  for (const [at, each] of fixed.entries()) each.again = again[at] as LintedFile;
}

/** Several statements in one message are a transaction, in a file they are not. */
function isOneByOne(example: Example): boolean {
  return [example].flat().every((each) => !each.includes(";"));
}

function casesOf(list: "refused" | "accepted"): Case[] {
  return rules.flatMap((rule) =>
    rule[list].filter(isOneByOne).map((example) => ({ rule, example })),
  );
}

const named = (cases: readonly Case[]): readonly (readonly [string, Case])[] =>
  cases.map((each) => [`${each.rule.id}: ${[each.example].flat().join("; ")}`, each]);

describe("the linter", () => {
  const refused = casesOf("refused");
  const accepted = casesOf("accepted");

  beforeAll(async () => {
    await lint(refused);
    await lint(accepted);
  });

  it.each(named(refused))("finds %s", (_, { rule, linted }) => {
    const found = linted?.findings.map(({ sqlstate, message }) => `${sqlstate} ${message}`) ?? [];
    const [before = "", after = ""] = `${rule.sqlstate} ${rule.text}`.split("{}");
    expect(found.some((each) => each.startsWith(before) && each.endsWith(after))).toBe(true);
    expect(linted?.findings.every((each) => !each.rule.startsWith("sqlstate-"))).toBe(true);
  });

  it("writes what is refused no more", () => {
    const fixed = refused.filter(({ again }) => again !== undefined);
    expect(fixed.length).toBeGreaterThan(40);
    for (const { linted, again } of fixed) expect(again?.findings, linted?.fixed).toEqual([]);
  });

  it.each(named(accepted))("finds nothing in %s", (_, { linted }) => {
    expect(linted?.findings).toEqual([]);
  });
});
