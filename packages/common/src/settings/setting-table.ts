/**
 * Every setting a session knows: PostgreSQL's, with what this server does otherwise, and its own.
 * Defaults say what this server really does, which is not always PostgreSQL's default. A setting
 * without effect takes any value, as long as no value could change an answer.
 */
import { POSTGRES_SETTINGS } from "./gen/postgres-settings.ts";
import { OWN_SETTINGS } from "./own-settings.ts";
import { SETTING_DIFFERENCES } from "./setting-differences.ts";
import type { SettingContext, SettingDefinition, SettingUnit } from "./setting.ts";

const REPORTED: ReadonlySet<string> = new Set([
  "application_name",
  "client_encoding",
  "DateStyle",
  "default_transaction_read_only",
  "in_hot_standby",
  "integer_datetimes",
  "IntervalStyle",
  "is_superuser",
  "scram_iterations",
  "server_encoding",
  "server_version",
  "session_authorization",
  "standard_conforming_strings",
  "TimeZone",
]);

/** A field that is not there. */
const NONE = "\\N";

type Fields = readonly (string | undefined)[];

function specifics(fields: Fields): object {
  const [, kind, , unit = NONE, min, max, values = ""] = fields;
  if (kind === "enum") return { kind, values: values.split(",") };
  if (kind !== "integer" && kind !== "real") return { kind };
  const base = { kind, min: Number(min), max: Number(max) };
  return unit === NONE ? base : { ...base, unit: unit as SettingUnit };
}

function definitionOf(line: string): SettingDefinition {
  const fields: Fields = line.split("\t");
  const [name = "", , context, , , , , value = "", flags = "", category, text, more = NONE] =
    fields;
  // The shape follows from the kind that the line names.
  const definition: unknown = {
    name,
    context: context as SettingContext,
    default: value === NONE ? "" : value,
    category,
    description: text,
    ...(more === NONE ? {} : { moreDescription: more }),
    ...(REPORTED.has(name) ? { report: true } : {}),
    ...(flags === "" ? {} : { flags: flags.split(",") }),
    ...specifics(fields),
    ...SETTING_DIFFERENCES[name],
  };
  return definition as SettingDefinition;
}

function byName(a: SettingDefinition, b: SettingDefinition): number {
  return a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1;
}

/** Sorted by name. */
export const SETTING_TABLE: readonly SettingDefinition[] = [
  ...POSTGRES_SETTINGS.split("\n").map(definitionOf),
  ...OWN_SETTINGS.map((own) => (REPORTED.has(own.name) ? { ...own, report: true as const } : own)),
].toSorted(byName);
