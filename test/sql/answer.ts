/** Everything that a client can see of a statement's answer, as comparable lines. */
import type { WireClient, WireMessage } from "../support/wire.ts";
import { columnsOf, errorFields, valuesOf } from "../support/wire.ts";
import { isOrdered } from "./script.ts";

function rowText(body: Buffer): string {
  return valuesOf(body)
    .map((value) => (value === null ? "NULL" : value.toString("utf8")))
    .join(" | ");
}

/** OIDs of types of a script's own differ; only that they are such is compared. */
const FIRST_USER_OID = 16384;

function typeText(type: number): string {
  return type >= 0 && type < FIRST_USER_OID ? String(type) : "user-defined";
}

function columnText(body: Buffer): string {
  return columnsOf(body)
    .map(
      ({ name, type, typmod }) => `${name}:${typeText(type)}${typmod === -1 ? "" : `(${typmod})`}`,
    )
    .join(" | ");
}

function fieldText(message: WireMessage): string {
  const { S, C, M, D, H, P } = errorFields(message.body);
  const more = [
    D === undefined ? "" : ` DETAIL ${D}`,
    H === undefined ? "" : ` HINT ${H}`,
    P === undefined ? "" : ` at ${P}`,
  ];
  return `${S} ${C}: ${M}${more.join("")}`;
}

function messageText(message: WireMessage): string | undefined {
  switch (message.tag) {
    case "T":
      return `columns ${columnText(message.body)}`;
    case "C":
      return `tag ${message.body.toString("utf8", 0, message.body.length - 1)}`;
    case "E":
    case "N":
      return fieldText(message);
    case "Z":
      return `status ${message.body.toString("latin1")}`;
    case "I":
      return "empty query";
    default:
      return message.tag === "S" ? undefined : `message ${message.tag}`;
  }
}

/** Whether columns are announced before an error depends on what the planner folded. */
function isColumnsBeforeError(received: readonly WireMessage[], at: number): boolean {
  return received[at]?.tag === "T" && received[at + 1]?.tag === "E";
}

export async function answerTo(client: WireClient, sql: string): Promise<readonly string[]> {
  const received = await client.query(sql);
  if (received.at(-1)?.tag !== "Z") return ["the connection ended"];
  const rows = received.filter((each) => each.tag === "D").map((each) => rowText(each.body));
  const others = received
    .filter((each, i) => each.tag !== "D" && !isColumnsBeforeError(received, i))
    .map(messageText);
  return [
    ...others.filter((line): line is string => line !== undefined),
    ...(isOrdered(sql) ? rows : rows.toSorted()).map((row) => `row ${row}`),
  ];
}
