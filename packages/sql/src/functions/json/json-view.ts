/** json and jsonb seen alike: what filling a record's columns needs of either. */
import { SegmentedMap } from "@firstlight/common";
import type { Jsonb, JsonbNode } from "../../values/datum.ts";
import { jsonbNodeToString } from "../../values/jsonb.ts";
import { memberOf } from "../../values/jsonb-members.ts";
import { LONG } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { type RawNode, eachItem, eachMember, rawMember, rawText, readRaw } from "./raw.ts";

export interface JsonView {
  readonly kind: JsonbNode["kind"];
  /** What an input function reads: a string without its quotes, anything else as JSON. */
  readonly text: () => string;
  readonly json: () => string;
  /** The elements of an array, as they are asked for. */
  readonly eachItem: () => Iterable<JsonView>;
  readonly member: (key: string) => JsonView | undefined;
  /** Of a long object: reads all members, before they are asked for. */
  readonly gather: (() => Steps<void>) | undefined;
  /** No member and no element. */
  readonly isEmpty: () => boolean;
}

function* viewed<T>(items: Iterable<T>, view: (item: T) => JsonView): Generator<JsonView> {
  for (const item of items) yield view(item);
}

/** Members read between two looks at the clock. */
const MEMBERS_PER_STEP = 512;

function ofRaw(node: RawNode): JsonView {
  let gathered: SegmentedMap<string, RawNode> | undefined;
  function* gather(): Steps<void> {
    const members = new SegmentedMap<string, RawNode>();
    let count = 0;
    for (const [key, value] of eachMember(node)) {
      members.set(key, value);
      if (++count % MEMBERS_PER_STEP === 0) yield;
    }
    gathered = members;
  }
  return {
    kind: node.kind,
    text: () => rawText(node) ?? "null",
    json: () => node.text,
    eachItem: () => viewed(eachItem(node), ofRaw),
    gather: node.kind === "object" && node.text.length > LONG ? gather : undefined,
    isEmpty: () => eachItem(node).next().done === true && eachMember(node).next().done === true,
    member: (key) => {
      const found = gathered === undefined ? rawMember(node, key) : gathered.get(key);
      return found === undefined ? undefined : ofRaw(found);
    },
  };
}

function ofNode(node: JsonbNode): JsonView {
  return {
    kind: node.kind,
    text: () => (node.kind === "string" ? node.value : jsonbNodeToString(node)),
    json: () => jsonbNodeToString(node),
    gather: undefined,
    isEmpty: () =>
      node.kind === "object"
        ? node.entries.length === 0
        : node.kind === "array" && node.items.length === 0,
    eachItem: () => viewed(node.kind === "array" ? node.items : [], ofNode),
    member: (key) => {
      const found = node.kind === "object" ? memberOf(node.entries, key) : undefined;
      return found === undefined ? undefined : ofNode(found);
    },
  };
}

export function jsonView(value: string | Jsonb): JsonView {
  return typeof value === "string" ? ofRaw(readRaw(value)) : ofNode(value.root);
}
