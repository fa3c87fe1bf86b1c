/** The names that no column of a user's may have, with their attribute numbers. */
export const SYSTEM_COLUMNS: ReadonlyMap<string, number> = new Map([
  ["ctid", -1],
  ["xmin", -2],
  ["cmin", -3],
  ["xmax", -4],
  ["cmax", -5],
  ["tableoid", -6],
]);
