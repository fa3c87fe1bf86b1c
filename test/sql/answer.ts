/** Everything that a client can see of a statement's answer, as comparable lines. */
import type { WireClient, WireMessage } from "../support/wire.ts";
import { columnsOf, errorFields, messages, valuesOf } from "../support/wire.ts";
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
  const { S, C, M, D, H, P, W } = errorFields(message.body);
  const place = /^COPY [^]*/mu.exec(W ?? "")?.[0];
  const more = [
    D === undefined ? "" : ` DETAIL ${D}`,
    H === undefined ? "" : ` HINT ${H}`,
    P === undefined ? "" : ` at ${P}`,
    place === undefined ? "" : ` CONTEXT ${place}`,
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
    case "d":
      return `copy ${message.body.toString("utf8")}`;
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

/** The data is given to a COPY FROM STDIN that asks for it. */
async function received(
  client: WireClient,
  sql: string,
  copyData: string,
): Promise<readonly WireMessage[]> {
  client.send(messages.query(sql));
  const first = await client.until("ZG");
  if (first.at(-1)?.tag !== "G") return first;
  client.send(messages.copyData(copyData), messages.copyDone());
  return [...first, ...(await client.until("Z"))];
}

export async function answerTo(
  client: WireClient,
  sql: string,
  copyData = "",
): Promise<readonly string[]> {
  const answer = await received(client, sql, copyData);
  if (answer.at(-1)?.tag !== "Z") return ["the connection ended"];
  const rows = answer.filter((each) => each.tag === "D").map((each) => rowText(each.body));
  const others = answer
    .filter((each, i) => each.tag !== "D" && !isColumnsBeforeError(answer, i))
    .map(messageText);
  return [
    ...others.filter((line): line is string => line !== undefined),
    ...(isOrdered(sql) ? rows : rows.toSorted()).map((row) => `row ${row}`),
  ];
}
