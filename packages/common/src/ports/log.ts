/** Structured diagnostics. Logged where handled, once. */
export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Counters and gauges; names are `role.noun_verb`, units last. */
export interface Metrics {
  count(name: string, by?: number): void;
  gauge(name: string, value: number): void;
}

const nothing = (): void => {};

export const SILENT_LOG: Log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
export const NO_METRICS: Metrics = { count: nothing, gauge: nothing };
