/** Durations as people write them: "250ms", "90s", "5m", "1.5h", "2d". */

const MICROS: Readonly<Record<string, number>> = {
  ms: 1_000,
  s: 1_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
};

/** In microseconds; undefined: it is none. */
export function parseDuration(text: string): number | undefined {
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/u.exec(text.trim()) ?? [];
  const micros = MICROS[unit];
  return micros === undefined ? undefined : Math.round(Number(amount) * micros);
}
