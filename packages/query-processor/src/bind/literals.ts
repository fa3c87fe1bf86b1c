/** Which literals of a bound query were read with the session's settings or its clock. */
import { elementTypeOid, oids } from "@firstlight/sql";
import type { LongLists } from "./long-lists.ts";
import type { BindResult, BoundQuery } from "./query-tree.ts";
import { visitQuery } from "./walk.ts";

const READ_WITH_SETTINGS: ReadonlySet<number> = new Set([
  oids.DATE,
  oids.TIME,
  oids.TIMETZ,
  oids.TIMESTAMP,
  oids.TIMESTAMPTZ,
  oids.INTERVAL,
  oids.DATERANGE,
  oids.TSRANGE,
  oids.TSTZRANGE,
  oids.DATEMULTIRANGE,
  oids.TSMULTIRANGE,
  oids.TSTZMULTIRANGE,
]);

const CLOCK_WORDS = /\b(?:now|today|tomorrow|yesterday)\b/iu;

/** Words of the text that are no literals only make the result less shared than it could be. */
export function literalKind(
  query: BoundQuery,
  text: string,
  { types }: LongLists,
): BindResult["literals"] {
  let found = [...types].some((type) => READ_WITH_SETTINGS.has(elementTypeOid(type) || type));
  visitQuery(
    query,
    (expr) => {
      if (expr.kind === "const" && expr.value !== null) {
        found ||= READ_WITH_SETTINGS.has(elementTypeOid(expr.type) || expr.type);
      }
      return !found;
    },
    0,
  );
  if (!found) return "constant";
  return CLOCK_WORDS.test(text) ? "now" : "formats";
}
