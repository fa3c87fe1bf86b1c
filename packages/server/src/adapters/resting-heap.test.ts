/** When a process at rest has its heap collected. */
import { describe, expect, it } from "vitest";
import { RestingHeap } from "./resting-heap.ts";

const MEBIBYTE = 2 ** 20;

function size(used: number, taken: number): { used: number; taken: number } {
  return { used: used * MEBIBYTE, taken: taken * MEBIBYTE };
}

/** What it says at each look. */
function looks(heap: RestingHeap, sizes: readonly (readonly [number, number])[]): string {
  const said = sizes.map(([used, taken]) => {
    const what = heap.look(size(used, taken));
    if (what !== undefined) heap.collected(size(used, taken));
    return what ?? "-";
  });
  return said.join(" ");
}

const AT_REST = [100, 200] as const;

describe("the heap of a process at rest", () => {
  it("is collected once: young objects first, then all", () => {
    const sizes = Array.from({ length: 8 }, () => AT_REST);
    expect(looks(new RestingHeap(), sizes)).toBe("- young - all - - - -");
  });

  it("is left alone while the process works", () => {
    const sizes = Array.from({ length: 8 }, (_, at) => [100 + (at % 2) * 5, 200] as const);
    expect(looks(new RestingHeap(), sizes)).toBe("- - - - - - - -");
  });

  it("is left alone where there is little to give back", () => {
    const sizes = Array.from({ length: 6 }, () => [100, 120] as const);
    expect(looks(new RestingHeap(), sizes)).toBe("- - - - - -");
  });

  it("is collected again at its next rest", () => {
    const heap = new RestingHeap();
    expect(looks(heap, [AT_REST, AT_REST, AT_REST, AT_REST])).toBe("- young - all");
    const later = [120, 200] as const;
    expect(looks(heap, [later, later, later, later])).toBe("- young - all");
  });

  it("is left alone when it is so large that marking it would take long", () => {
    const sizes = Array.from({ length: 6 }, () => [300, 600] as const);
    expect(looks(new RestingHeap(), sizes)).toBe("- - - - - -");
  });
});
