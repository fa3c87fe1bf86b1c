/** Own writes as of a moment: later ones are hidden, also those that replace or delete. */
import type { Key } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { WriteSet } from "./write-set.ts";

const key = (text: string): Key => text as Key;
const bytes = (value: number): Uint8Array => new Uint8Array([value]);
const all = { start: key("a"), end: key("z") };

function written(): WriteSet {
  const writes = new WriteSet();
  writes.set(key("b"), bytes(1), "X");
  writes.set(key("d"), bytes(2), "X");
  return writes;
}

describe("frozen writes", () => {
  it("hide keys that are written later", () => {
    const writes = written();
    const frozen = writes.frozen();
    writes.set(key("c"), bytes(3), "X");
    expect([...frozen.keysWithin(all)]).toEqual(["b", "d"]);
    expect(frozen.get(key("c"))).toBeUndefined();
    expect(frozen.hasIn({ start: key("c"), end: key("d") })).toBe(false);
  });

  it("keep the value of a key that is written again or deleted", () => {
    const writes = written();
    const frozen = writes.frozen();
    writes.set(key("b"), bytes(9), "U");
    writes.set(key("d"), undefined, "X");
    expect(frozen.get(key("b"))?.value).toEqual(bytes(1));
    expect(frozen.get(key("d"))?.value).toEqual(bytes(2));
  });

  it("show what was there when they were made, not the first of two moments", () => {
    const writes = written();
    const first = writes.frozen();
    writes.set(key("b"), bytes(7), "X");
    const second = writes.frozen();
    writes.set(key("b"), bytes(8), "X");
    expect(first.get(key("b"))?.value).toEqual(bytes(1));
    expect(second.get(key("b"))?.value).toEqual(bytes(7));
  });

  it("stay as they are when later writes are taken back", () => {
    const writes = written();
    const mark = writes.mark();
    const frozen = writes.frozen();
    writes.set(key("b"), bytes(5), "X");
    writes.rollbackTo(mark);
    expect(frozen.get(key("b"))?.value).toEqual(bytes(1));
    expect([...frozen.keysWithin(all)]).toEqual(["b", "d"]);
  });

  it("follow the writes again once they are released", () => {
    const writes = written();
    const frozen = writes.frozen();
    frozen.release();
    writes.set(key("c"), bytes(3), "X");
    expect(frozen.get(key("c"))?.value).toEqual(bytes(3));
  });
});
