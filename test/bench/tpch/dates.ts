/** TPC-H's calendar: dates as days since 1992-01-01, its first one. */

const FIRST = Date.UTC(1992, 0, 1);
const DAY_MILLIS = 86_400_000;

function dayOf(year: number, month: number, day: number): number {
  return (Date.UTC(year, month - 1, day) - FIRST) / DAY_MILLIS;
}

/** Orders end 151 days before the last date, so that all their dates are inside. */
export const LAST_ORDER_DAY: number = dayOf(1998, 12, 31) - 151;
/** What counts as today: later shipments are open. */
export const CURRENT_DAY: number = dayOf(1995, 6, 17);

const texts = new Map<number, string>();

export function dateText(day: number): string {
  let text = texts.get(day);
  if (text === undefined) {
    text = new Date(FIRST + day * DAY_MILLIS).toISOString().slice(0, 10);
    texts.set(day, text);
  }
  return text;
}
