/** Statements whose analysis is compared with PostgreSQL's: result columns, parameters, errors. */
import { EXPRESSIONS } from "./expressions.ts";
import { QUERIES } from "./queries.ts";
import { MODIFICATIONS } from "./modifications.ts";
import { POSITIONS } from "./positions.ts";
import { NAMES } from "./names.ts";

export const STATEMENTS: readonly string[] = [
  ...EXPRESSIONS.map((expression) => `select ${expression}`),
  ...QUERIES,
  ...MODIFICATIONS,
  ...POSITIONS,
  ...NAMES,
];
