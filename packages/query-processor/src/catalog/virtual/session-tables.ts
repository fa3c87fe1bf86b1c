/** Relations that tell a session about itself: its settings, statements and cursors. */
import type { SettingDefinition } from "@firstlight/common";
import { SETTING_TABLE, SqlError, parseSetting } from "@firstlight/common";
import { makeArray } from "@firstlight/sql";
import type { SessionView, VirtualTable } from "../catalog.ts";
import type { NamedRow } from "./virtual-table.ts";
import { sessionTable } from "./virtual-table.ts";

const TEXT = 25;

/** What SHOW prints with a unit, in the base unit. */
function baseValue(definition: SettingDefinition, shown: string): string {
  try {
    return parseSetting(definition, shown, shown);
  } catch (error) {
    if (error instanceof SqlError) return shown;
    throw error;
  }
}

function settingRow(definition: SettingDefinition, session: SessionView): NamedRow {
  const shown = session.setting?.(definition.name);
  const setting = shown === undefined ? definition.default : baseValue(definition, shown);
  const isNumber = definition.kind === "integer" || definition.kind === "real";
  return {
    name: definition.name,
    setting,
    unit: isNumber ? (definition.unit ?? null) : null,
    category: definition.context === "internal" ? "Preset Options" : null,
    short_desc: definition.description,
    context: definition.context,
    vartype: definition.kind,
    source: setting === definition.default ? "default" : "session",
    min_val: isNumber ? String(definition.min) : null,
    max_val: isNumber ? String(definition.max) : null,
    enumvals: definition.kind === "enum" ? makeArray(TEXT, definition.values) : null,
    boot_val: definition.default,
    reset_val: definition.default,
    pending_restart: false,
  };
}

const SORTED = SETTING_TABLE.toSorted((a, b) =>
  a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1,
);

export const PG_SETTINGS: VirtualTable = sessionTable("pg_settings", (session) =>
  SORTED.map((definition) => settingRow(definition, session)),
);

const REGTYPE = 2206;

export const PG_PREPARED_STATEMENTS: VirtualTable = sessionTable(
  "pg_prepared_statements",
  (session) =>
    (session.listStatements?.() ?? []).map((each): NamedRow => ({
      name: each.name,
      statement: each.text,
      prepare_time: each.preparedAt,
      parameter_types: makeArray(REGTYPE, each.paramTypes),
      result_types: each.resultTypes === undefined ? null : makeArray(REGTYPE, each.resultTypes),
      from_sql: each.fromSql,
      generic_plans: 0n,
      custom_plans: 0n,
    })),
);

export const PG_CURSORS: VirtualTable = sessionTable("pg_cursors", (session) =>
  (session.listCursors?.() ?? []).map((each): NamedRow => ({
    name: each.name,
    statement: each.text,
    is_holdable: each.isHeld,
    is_binary: each.isBinary,
    is_scrollable: each.isScrollable,
    creation_time: each.declaredAt,
  })),
);
