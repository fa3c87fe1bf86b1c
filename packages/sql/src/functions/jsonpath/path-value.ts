/** What a path yields: JSON nodes, and moments that .datetime() read. */
import { SqlError } from "@firstlight/common";
import * as oids from "../../types/oids.ts";
import {
  dateToString,
  timestampToString,
  timeToString,
  timeTzToString,
  zoneText,
} from "../../values/datetime-output.ts";
import type { JsonbNode, TimeTz } from "../../values/datum.ts";
import { DEFAULT_FORMAT } from "../../expression/evaluation-context.ts";

export interface Moment {
  readonly kind: "moment";
  readonly type: number;
  readonly value: number | bigint | TimeTz;
  /** Seconds east of UTC with which a timestamptz was written. */
  readonly offset: number;
}

export type PathValue = JsonbNode | Moment;

/** An error of evaluation: silent calls and predicates suppress it. */
export class PathError extends SqlError {}

export function pathError(sqlstate: string, message: string, hint?: string): PathError {
  return new PathError(sqlstate, message, { hint });
}

function momentText({ type, value, offset }: Moment): string {
  if (type === oids.DATE) return dateToString(value as number, DEFAULT_FORMAT);
  if (type === oids.TIME) return timeToString(value as number);
  if (type === oids.TIMETZ) return withMinutes(timeTzToString(value as TimeTz));
  const local = (value as bigint) + BigInt(offset) * 1_000_000n;
  const text = timestampToString(local, DEFAULT_FORMAT).replace(" ", "T");
  return type === oids.TIMESTAMP ? text : withMinutes(text + zoneText(offset));
}

/** JSON has the minutes of an offset always. */
function withMinutes(text: string): string {
  return /[+-]\d\d$/.test(text) ? `${text}:00` : text;
}

export function toNode(value: PathValue): JsonbNode {
  return value.kind === "moment" ? { kind: "string", value: momentText(value) } : value;
}
