/** Changes of ranges as values: what they make, what they refuse, and as bytes. */
import { describe, expect, it } from "vitest";
import { KEY_MAX, KEY_MIN, keyFromLatin1 } from "../keys/key.ts";
import { decodeRangeMap, encodeRangeMap } from "../records/range-maps.ts";
import { logId } from "./ids.ts";
import type { RangeChange, RangeMap } from "./range-map.ts";
import { changedRanges, movedSpans, ownerOf, ownersOf, unfitRanges } from "./range-map.ts";

const [A1, A2] = [logId("a1"), logId("a2")];
const key = keyFromLatin1;

function mapOf(...parts: readonly (readonly [start: string, log: "a1" | "a2"])[]): RangeMap {
  const ranges = parts.map(([start, log], i) => {
    const end = parts[i + 1]?.[0];
    return {
      log: logId(log),
      span: { start: key(start), end: end === undefined ? KEY_MAX : key(end) },
    };
  });
  return { version: 3, ranges };
}

const TWO = mapOf(["", "a1"], ["m", "a2"]);

function after(map: RangeMap, change: RangeChange): readonly string[] {
  const next = changedRanges(map, change);
  expect(unfitRanges(map, next, [A1, A2])).toBeUndefined();
  expect(next.version).toBe(map.version + 1);
  return next.ranges.map(({ log, span }) => `${span.start}:${log}`);
}

describe("range maps", () => {
  it("find owners of keys and spans", () => {
    const map = mapOf(["", "a1"], ["f", "a2"], ["m", "a1"]);
    const owners = ["", "e", "f", "l\xff", "m", "z"].map((each) => ownerOf(map, key(each)));
    expect(owners).toEqual([A1, A1, A2, A2, A1, A1]);
    expect(ownersOf(map, { start: key("a"), end: key("f") })).toEqual([A1]);
    expect(ownersOf(map, { start: key("a"), end: key("f\0") })).toEqual([A1, A2]);
    expect(ownersOf(map, { start: key("g"), end: key("z") })).toEqual([A2, A1]);
  });

  it("are split, merged and moved", () => {
    expect(after(TWO, { kind: "split", at: key("f") })).toEqual([":a1", "f:a1", "m:a2"]);
    expect(after(TWO, { kind: "merge", at: key("m") })).toEqual([":a1"]);
    const inner = { start: key("f"), end: key("p") };
    expect(after(TWO, { kind: "move", span: inner, to: A2 })).toEqual([":a1", "f:a2"]);
    expect(after(TWO, { kind: "move", span: inner, to: A1 })).toEqual([":a1", "p:a2"]);
    const three = mapOf(["", "a2"], ["f", "a1"], ["m", "a2"]);
    const middle = { start: key("g"), end: key("h") };
    expect(after(three, { kind: "move", span: middle, to: A2 })).toEqual([
      ":a2",
      "f:a1",
      "g:a2",
      "h:a1",
      "m:a2",
    ]);
    const whole = { start: KEY_MIN, end: KEY_MAX };
    expect(after(TWO, { kind: "move", span: whole, to: A1 })).toEqual([":a1"]);
  });

  it("refuse changes that make no sense", () => {
    const refused: readonly RangeChange[] = [
      { kind: "split", at: key("m") },
      { kind: "split", at: KEY_MIN },
      { kind: "merge", at: key("f") },
      { kind: "merge", at: KEY_MIN },
      { kind: "move", span: { start: key("f"), end: key("f") }, to: A1 },
      { kind: "move", span: { start: key("f"), end: key("\xff\xff\xff\xff") }, to: A1 },
    ];
    for (const change of refused) expect(() => changedRanges(TWO, change)).toThrow(RangeError);
    const gap = { version: 4, ranges: TWO.ranges.slice(1) };
    expect(unfitRanges(TWO, gap, [A1, A2])).toContain("touch");
    expect(unfitRanges(TWO, { ...gap, ranges: TWO.ranges.slice(0, 1) }, [A1, A2])).toContain(
      "cover",
    );
    expect(unfitRanges(TWO, TWO, [A1])).toBe("there is no log a2");
  });

  it("tell which keys change hands, global ones never", () => {
    const next = changedRanges(TWO, {
      kind: "move",
      span: { start: KEY_MIN, end: key("p") },
      to: A2,
    });
    expect(movedSpans(TWO, next)).toEqual([
      { span: { start: key("\x01"), end: key("m") }, from: A1, to: A2 },
    ]);
    const other = mapOf(["", "a2"], ["f", "a1"], ["p", "a2"], ["s", "a1"]);
    expect(movedSpans(TWO, other).map(({ span, to }) => `${span.start}-${span.end}:${to}`)).toEqual(
      ["\x01-f:a2", "m-p:a1", `s-${KEY_MAX}:a1`],
    );
    expect(movedSpans(TWO, changedRanges(TWO, { kind: "split", at: key("f") }))).toEqual([]);
  });

  it("come back from bytes", () => {
    const map = mapOf(["", "a2"], ["\0\xff", "a1"], ["\x80", "a2"]);
    expect(decodeRangeMap(encodeRangeMap(map))).toEqual(map);
  });
});
