/**
 * The text of docs/compatibility.md: features as a running database answers them, types, functions
 * and settings as the tables in the code have them.
 */
import { SETTING_TABLE } from "../../packages/common/src/settings/setting-table.ts";
import type { SettingDefinition } from "../../packages/common/src/settings/setting.ts";
import { PG_TYPE } from "../../packages/sql/src/catalog-data/pg-type.ts";
import { typeRow } from "../../packages/sql/src/catalog/type-catalog.ts";
import type { TypeRow } from "../../packages/sql/src/catalog/type-catalog.ts";
import { formatType } from "../../packages/sql/src/catalog/format-type.ts";
import { isKeyType } from "../../packages/sql/src/encoding/key-columns.ts";
import { findType } from "../../packages/sql/src/types/type-registry.ts";
import type { AnsweredGroup } from "./ask-features.ts";
import type { ScriptScore } from "./corpus.ts";
import { corpusScores } from "./corpus.ts";
import { countsByKind, coverage, missingByArea } from "./function-coverage.ts";
import { INSPECTING_COMMANDS } from "../psql/inspecting-commands.ts";
import { WORKING_COMMANDS } from "../psql/working-commands.ts";
import { DIFFERENCES } from "../psql/differences.ts";
import { dsqlText } from "./dsql-rules.ts";
import { table } from "./markdown-table.ts";
import { TOOLS_TRIED, TOOLS_TRIED_ON } from "./tools-tried.ts";

const PG_CATALOG = 11;

/** What test/psql proves: the forms of each command print the same, or it is among the differences. */
function psqlText(): string {
  const commands = Object.entries({ ...INSPECTING_COMMANDS, ...WORKING_COMMANDS });
  const forms = commands.reduce((sum, [, scripts]) => sum + scripts.length, 0);
  const differing = Object.keys(DIFFERENCES).length;
  const share = ((1 - differing / commands.length) * 100).toFixed(1);
  const said = `psql prints the same for ${share} % of its backslash commands: ${commands.length} of them in ${forms} forms are run on both databases over a schema that uses everything ([test/psql](../test/psql)). The others:`;
  const rows = Object.entries(DIFFERENCES).map(([command, reason]) => [`\`${command}\``, reason]);
  return `${said}\n\n${table(["command", "why it differs in some form"], rows)}`;
}

function oidsOf(text: string): readonly number[] {
  const lines = text.split("\n").slice(1);
  return lines.map((line) => Number(line.split("\t")[0])).filter((oid) => oid > 0);
}

function featureText(groups: readonly AnsweredGroup[]): string {
  return groups
    .map(({ title, answers }) => {
      const rows = answers.map(({ name, refusal }) => [
        name,
        refusal === undefined ? "yes" : "no",
        refusal === undefined ? "" : `\`${refusal}\``,
      ]);
      return `### ${title}\n\n${table(["feature", "there", "else"], rows)}`;
    })
    .join("\n\n");
}

/** Base and range types of pg_catalog that a client can name; arrays go with their elements. */
function valueTypes(): readonly TypeRow[] {
  return oidsOf(PG_TYPE)
    .map((oid) => typeRow(oid))
    .filter((row): row is TypeRow => row !== undefined)
    .filter(({ kind, category, namespace, name }) => {
      const isValue = kind === "b" || kind === "r" || kind === "m";
      return isValue && category !== "A" && namespace === PG_CATALOG && !name.startsWith("pg_");
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

function typeText(): string {
  const types = valueTypes();
  const rows = types
    .filter(({ oid }) => findType(oid) !== undefined)
    .map(({ oid, array }) => [
      formatType(oid, -1),
      array === 0 ? "no" : "yes",
      isKeyType(oid) ? "yes" : "no",
    ]);
  const missing = types.filter(({ oid }) => findType(oid) === undefined);
  const names = missing.map(({ oid }) => `\`${formatType(oid, -1)}\``).join(", ");
  return [
    table(["type", "arrays", "in keys and indexes"], rows),
    `Not there: ${names === "" ? "none" : names}.`,
  ].join("\n\n");
}

function functionText(): string {
  const all = coverage();
  const rows = countsByKind(all).map(({ kind, inScope, works }) => [
    kind,
    String(inScope),
    String(works),
    `${((100 * works) / inScope).toFixed(1)} %`,
  ]);
  const missing = [...missingByArea(all)].map(([area, texts]) => [
    area,
    texts.map((text) => `\`${text}\``).join(", "),
  ]);
  const out = all.outOfScope.map(([name, reason, count]) => [name, String(count), reason]);
  return [
    `Of the entries of PostgreSQL 16's pg_proc, pg_operator and pg_cast in scope ${(100 * all.share).toFixed(1)} % work:`,
    table(["kind", "in scope", "there", "share"], rows),
    "The others are refused with `0A000` and their signature. They are, by the type of the first argument:",
    table(["over", "functions"], missing),
    "Not in scope, and so not counted, are:",
    table(["class", "functions", "why"], out),
  ].join("\n\n");
}

function corpusText(): string {
  const scores = corpusScores();
  const sum = (of: (score: ScriptScore) => number): number =>
    scores.reduce((total, score) => total + of(score), 0);
  const [all, equal] = [sum((each) => each.statements), sum((each) => each.equal)];
  const rows = scores.map(({ name, statements, equal: same, reasons }) => [
    `[${name}](../test/sql/scripts/${name}.sql)`,
    String(statements),
    String(same),
    reasons.join("; "),
  ]);
  return [
    `Scripts that both databases run statement by statement: columns, types, rows, tags, notices, errors with SQLSTATE, text, detail, hint and position, and the transaction status must be the same. Of ${all} statements ${equal} are answered alike (${((100 * equal) / all).toFixed(1)} %).`,
    table(["script", "statements", "alike", "the others"], rows),
  ].join("\n\n");
}

function valuesOf(setting: SettingDefinition): string {
  switch (setting.kind) {
    case "bool":
      return "on, off";
    case "enum":
      return setting.values.join(", ");
    case "integer":
    case "real":
      return setting.max >= 2 ** 31 - 1 ? `≥ ${setting.min}` : `${setting.min} … ${setting.max}`;
    case "string":
      return setting.only === undefined
        ? ""
        : setting.only.map((value) => (value === "" ? "empty" : `\`${value}\``)).join(", ");
  }
}

function settingText(): string {
  const settable = SETTING_TABLE.filter(
    ({ context }) => context === "user" || context === "superuser",
  );
  const rows = settable.map((setting) => {
    const unit = "unit" in setting && setting.unit !== undefined ? ` ${setting.unit}` : "";
    return [
      `\`${setting.name}\``,
      setting.default === "" ? "" : `\`${setting.default}\`${unit}`,
      valuesOf(setting),
      setting.description,
    ];
  });
  const fixed = SETTING_TABLE.filter((setting) => !settable.includes(setting));
  return [
    table(["setting", "default", "values", "description"], rows),
    `Shown, but not to be set by a session: ${fixed.map(({ name }) => `\`${name}\``).join(", ")}.`,
  ].join("\n\n");
}

const INTRODUCTION = `# Compatibility

Generated by \`npx tsx test/docs/write-compatibility.ts\`: features by asking a running database, the rest from the tables in the code. Do not edit.

Firstlight follows PostgreSQL 16: what is there gives PostgreSQL's results and error codes. What is not there is refused, with SQLSTATE \`0A000\` naming the feature. How transactions differ is in [consistency.md](consistency.md).

Of the protocol: simple and extended queries, pipelining, text and binary formats, portals with row limits, COPY, cancel requests, TLS, SCRAM-SHA-256 with channel binding. Not there: client certificates, GSS encryption, function call messages, replication.`;

export function compatibilityText(groups: readonly AnsweredGroup[]): string {
  const parts = [
    INTRODUCTION,
    "## Features",
    featureText(groups),
    "## Types",
    typeText(),
    "## Functions",
    functionText(),
    "## Statements compared with PostgreSQL",
    corpusText(),
    "## psql",
    psqlText(),
    "## Tools tried",
    `The same programs against both databases on ${TOOLS_TRIED_ON}, outputs compared.`,
    table(
      ["tool", "tried", "not the same"],
      TOOLS_TRIED.map((row) => [...row]),
    ),
    "## Settings",
    "A setting that has no effect here is listed because clients send it and its value cannot change an answer.",
    settingText(),
    "## The profile of Aurora DSQL",
    dsqlText(),
  ];
  return `${parts.join("\n\n")}\n`;
}
