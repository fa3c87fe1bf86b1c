/** Members of objects found, put together and replaced as plain code over all of them would. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toEnd } from "../functions/long-call.ts";
import type { JsonbNode } from "./datum.ts";
import { memberAt, mergedMembers, placeOfKey, spliced } from "./jsonb-members.ts";
import { compareJsonbKeys, makeJsonbObject } from "./jsonb-order.ts";

type Member = readonly [string, JsonbNode];

const key = fc.oneof(fc.nat(60).map(String), fc.string({ unit: "binary", maxLength: 3 }));
const member = fc.tuple(
  key,
  fc.nat(9).map((n): JsonbNode => ({ kind: "string", value: String(n) })),
);

function membersOf(members: readonly Member[]): readonly Member[] {
  const object = makeJsonbObject(members);
  return object.kind === "object" ? object.entries : [];
}

const members = fc.array(member, { maxLength: 80 }).map(membersOf);

describe("members of an object", () => {
  it("are found where they are, or would be", () => {
    fc.assert(
      fc.property(members, key, fc.nat(1), (all, wanted, from) => {
        const place = all.findIndex(([name]) => compareJsonbKeys(name, wanted) >= 0);
        const expected = place < 0 ? all.length : place;
        expect(memberAt(all, wanted)).toBe(all.findIndex(([name]) => name === wanted));
        expect(placeOfKey(all, wanted, from * expected)).toBe(expected);
      }),
    );
  });

  it("are merged as if they were sorted, later ones winning", () => {
    fc.assert(
      fc.property(members, members, (a, b) => {
        expect(toEnd(mergedMembers(a, b))).toEqual(membersOf([...a, ...b]));
      }),
    );
  });

  it("are replaced in the middle of few and of many", () => {
    for (const length of [3, 511, 512, 513, 2000]) {
      const parts = Array.from({ length }, (_, i) => i);
      for (const at of [0, 1, length - 1, length]) {
        for (const [left, added] of [
          [0, [-1]],
          [1, []],
          [1, [-1]],
          [0, parts],
        ] as const) {
          const expected = parts.toSpliced(at, left, ...added);
          expect(toEnd(spliced(parts, at, left, added))).toEqual(expected);
        }
      }
    }
  });
});
