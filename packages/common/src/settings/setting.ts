/**
 * What a setting is: its kind, bounds and who may change it, as data. Values are kept as canonical
 * text (numbers in their base unit), so that a table row, SHOW and pg_settings agree.
 */
export type SettingContext =
  | "internal"
  | "postmaster"
  | "sighup"
  | "backend"
  | "superuser-backend"
  | "superuser"
  | "user";
export type SettingUnit = "ms" | "s" | "min" | "kB" | "8kB" | "MB" | "B";

interface SettingBase {
  readonly name: string;
  readonly default: string;
  readonly context: SettingContext;
  /** pg_settings.category. */
  readonly category: string;
  readonly description: string;
  readonly moreDescription?: string;
  /** As pg_settings_get_flags tells. */
  readonly flags?: readonly string[];
  /** Neither in SHOW ALL nor in pg_settings. */
  readonly hidden?: true;
  /** The only values that mean what this server does; others are refused with 0A000. */
  readonly only?: readonly string[];
  /** Sent to the client as ParameterStatus when it changes. */
  readonly report?: true;
}

export type SettingDefinition =
  | (SettingBase & { readonly kind: "bool" })
  | (SettingBase & {
      readonly kind: "integer" | "real";
      readonly min: number;
      readonly max: number;
      readonly unit?: SettingUnit;
    })
  | (SettingBase & {
      readonly kind: "enum";
      readonly values: readonly string[];
      /** Accepted spellings that mean one of `values`. */
      readonly aliases?: Readonly<Record<string, string>>;
    })
  | (SettingBase & {
      readonly kind: "string";
      /** Comma-separated identifiers, as search_path. */
      readonly list?: true;
      readonly check?: "timeZone" | "dateStyle" | "encoding" | "ascii" | "serverVersion";
    });
