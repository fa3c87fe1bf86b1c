/** Rules and limits of the dsql profile as docs/compatibility.md lists them. */
import { RULE_SETS } from "@firstlight/query-processor";
import type { Limit, Rule } from "@firstlight/query-processor";
import { table } from "./markdown-table.ts";

const SOURCES: readonly (readonly [string, string])[] = [
  ["DOC", "the service's user guide"],
  ["REL", "its release notes"],
  [
    "GOLD",
    "recordings of a cluster by [dsql-emulator](https://github.com/Dreamescaper/dsql-emulator)",
  ],
  ["PIST", "recordings of a cluster by [pistachio](https://github.com/winebarrel/pistachio)"],
  ["MINI", "probes of a cluster by [ministack](https://github.com/ministackorg/ministack)"],
  [
    "LINT",
    "the linter of [aurora-dsql-tools](https://github.com/awslabs/aurora-dsql-tools), which its makers try against clusters",
  ],
  ["PGDP", "the pg_dump proxy of the same"],
  [
    "ORM",
    "documentation of [aurora-dsql-orms](https://github.com/awslabs/aurora-dsql-orms), adapters by the same",
  ],
  [
    "MCP",
    "guidance for agents by the same ([agent-toolkit-for-aws](https://github.com/aws/agent-toolkit-for-aws))",
  ],
  [
    "USER",
    "answers of clusters that their users have published, most of them the makers of [pgrest-lambda](https://github.com/yoshuacas/pgrest-lambda)",
  ],
];

function code(text: string): string {
  return `\`${text}\``;
}

function exampleOf({ refused }: Rule): string {
  const [first = ""] = refused;
  return code(typeof first === "string" ? first : first.join("; "));
}

function ruleRow(rule: Rule): readonly string[] {
  const { id, refuses, sqlstate, text, source, observed, pattern } = rule;
  const mark = pattern === true ? " *" : "";
  return [code(id), refuses, exampleOf(rule), sqlstate, code(text) + mark, `${source} ${observed}`];
}

function limitRow({ name, what, value, unit, sqlstate, text, source, observed }: Limit): string[] {
  const shown = [value.toLocaleString("en"), unit].filter((part) => part !== "").join(" ");
  return [code(name), what, shown, sqlstate, code(text), `${source} ${observed}`];
}

/** {} and {value} stand for what was found. */
export function dsqlText(): string {
  return RULE_SETS.map(({ version, rules, limits }) =>
    [
      `### dsql-${version}`,
      `What \`--profile dsql-${version}\` refuses: ${rules.length} rules, each asked of a server with what it refuses and the nearest statements that run ([test/profile](../test/profile)). In a text \`{}\` stands for what was found; of one with * only the refusal was seen, and the text follows that of others.`,
      table(["rule", "refuses", "for example", "SQLSTATE", "text", "seen"], rules.map(ruleRow)),
      "Limits; `--limit name=value` sets another one:",
      table(["limit", "of", "value", "SQLSTATE", "text", "seen"], limits.map(limitRow)),
      "Seen by:",
      table(["source", "what it is"], SOURCES),
    ].join("\n\n"),
  ).join("\n\n");
}
