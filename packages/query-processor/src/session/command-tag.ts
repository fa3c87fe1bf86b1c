/** Command tags as CommandComplete carries them: some commands tell how many rows. */
const COUNTED = new Set(["SELECT", "UPDATE", "DELETE", "MERGE", "FETCH", "MOVE", "COPY"]);

export function commandTag(command: string, rowCount: number): string {
  if (command === "INSERT") return `INSERT 0 ${String(rowCount)}`;
  return COUNTED.has(command) ? `${command} ${String(rowCount)}` : command;
}
