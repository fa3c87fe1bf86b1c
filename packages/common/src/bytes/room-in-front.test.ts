/** Room in front of bytes: for one header after the other, each once. */
import { describe, expect, it } from "vitest";
import { allocateWithRoom, takeRoom } from "./room-in-front.ts";

describe("room in front", () => {
  it("is taken once, without a copy", () => {
    const bytes = allocateWithRoom(3, 8);
    bytes.set([7, 8, 9]);
    const once = takeRoom(bytes, 2);
    once?.set([1, 2]);
    expect([...(once ?? [])]).toEqual([1, 2, 7, 8, 9]);
    expect(once?.buffer).toBe(bytes.buffer);
    expect(takeRoom(bytes, 1)).toBeUndefined();
    const twice = takeRoom(once as Buffer, 6);
    expect(twice?.length).toBe(11);
    expect(takeRoom(twice as Buffer, 1)).toBeUndefined();
  });

  it("is not in front of other bytes", () => {
    expect(takeRoom(Buffer.from("abc"), 1)).toBeUndefined();
    expect(takeRoom(allocateWithRoom(3, 8).subarray(1), 1)).toBeUndefined();
    expect(takeRoom(allocateWithRoom(3, 8), 9)).toBeUndefined();
  });
});
