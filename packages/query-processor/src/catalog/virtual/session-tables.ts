/** Relations that tell a session about itself: its settings, statements and cursors. */
import type { SettingDefinition } from "@firstlight/common";
import { SETTING_TABLE, boundText } from "@firstlight/common";
import { makeArray } from "@firstlight/sql";
import type { SessionView, VirtualTable } from "../catalog.ts";
import type { NamedRow } from "./virtual-table.ts";
import { sessionTable } from "./virtual-table.ts";

const TEXT = 25;

function valuesOf(definition: SettingDefinition, session: SessionView): NamedRow {
  const boot = definition.default;
  const facts = session.settingFacts?.(definition.name);
  if (facts === undefined) {
    return { setting: boot, source: "default", boot_val: boot, reset_val: boot };
  }
  const { value, source, resetValue } = facts;
  return { setting: value, source, boot_val: boot, reset_val: resetValue };
}

function settingRow(definition: SettingDefinition, session: SessionView): NamedRow {
  const isNumber = definition.kind === "integer" || definition.kind === "real";
  return {
    name: definition.name,
    unit: isNumber ? (definition.unit ?? null) : null,
    category: definition.category,
    short_desc: definition.description,
    extra_desc: definition.moreDescription ?? null,
    context: definition.context,
    vartype: definition.kind,
    min_val: isNumber ? boundText(definition, definition.min) : null,
    max_val: isNumber ? boundText(definition, definition.max) : null,
    enumvals: definition.kind === "enum" ? makeArray(TEXT, definition.values) : null,
    pending_restart: false,
    ...valuesOf(definition, session),
  };
}

const SHOWN = SETTING_TABLE.filter(({ hidden }) => hidden !== true);

export const PG_SETTINGS: VirtualTable = sessionTable("pg_settings", (session) =>
  SHOWN.map((definition) => settingRow(definition, session)),
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
      generic_plans: BigInt(each.genericPlans),
      custom_plans: BigInt(each.customPlans),
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
