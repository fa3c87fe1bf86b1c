/** Calls whose answers are compared with the oracle's, one to a line. */
export const cases = (text: string): readonly string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

export type CasesByFamily = Readonly<Record<string, readonly string[]>>;
