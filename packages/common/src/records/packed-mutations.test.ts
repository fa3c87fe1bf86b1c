/** Packed mutations against an array of them. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { CorruptBytes } from "../bytes/byte-reader.ts";
import type { Mutation } from "../contracts/adjudicator.ts";
import { keyFromLatin1 } from "../keys/key.ts";
import { MutationPacker } from "./mutations.ts";
import { PackedMutations } from "./packed-mutations.ts";

function mutationOf(at: number, size: number): Mutation {
  const length = at === 77 ? 20_000 : (size * at) % 90;
  const value = at % 5 === 0 ? undefined : Buffer.alloc(length, at & 0xff);
  const key = keyFromLatin1(`k${"\xfe".repeat((at * size) % 40)}${at}`);
  return { key, value, intent: (["X", "U", "D"] as const)[at % 3] ?? "X" };
}

function plain(mutations: Iterable<Mutation>): unknown {
  return Array.from(mutations, ({ key, value, intent }) => [key, value && [...value], intent]);
}

function packed(mutations: readonly Mutation[]): Buffer {
  const packer = new MutationPacker();
  packer.add(mutations);
  return packer.finish();
}

it("any part of packed mutations is the same part of an array, in whatever order it is asked for", () => {
  const part = fc.tuple(fc.nat({ max: 1_300 }), fc.nat({ max: 300 }));
  fc.assert(
    fc.property(
      fc.nat({ max: 1_200 }),
      fc.nat({ max: 9 }),
      fc.array(part, { maxLength: 8 }),
      (count, size, parts) => {
        const mutations = Array.from({ length: count }, (_, at) => mutationOf(at, size));
        const list = new PackedMutations(packed(mutations), count);
        for (const [from, length] of parts) {
          const expected = mutations.slice(from, from + length);
          expect(plain(list.slice(from, from + length))).toEqual(plain(expected));
        }
        expect(plain(list)).toEqual(plain(mutations));
        expect(list.length).toBe(count);
      },
    ),
    { numRuns: 20 },
  );
});

it("what is cut off or too long is found before anything is taken from it", () => {
  const mutations = Array.from({ length: 600 }, (_, at) => mutationOf(at, 3));
  const bytes = packed(mutations);
  const checked = (part: Uint8Array, count: number) => () => {
    const list = new PackedMutations(part, count);
    while (list.check(1_000));
  };
  expect(checked(bytes, 600)).not.toThrow();
  expect(checked(bytes, 599)).toThrow(CorruptBytes);
  expect(checked(bytes, 601)).toThrow(CorruptBytes);
  for (const end of [0, 1, 2, 500, bytes.length - 1]) {
    expect(checked(bytes.subarray(0, end), 600)).toThrow(CorruptBytes);
  }
});
