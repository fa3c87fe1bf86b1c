/** Writes, cuts and reads of any places, compared with one buffer of bytes. */
import fc from "fast-check";
import type { Key } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import { MemoryTransaction } from "../execute/testing/memory-transaction.ts";
import { ObjectPages } from "./object-pages.ts";
import { largeObjectStore } from "./table-store.ts";

type Step =
  | { readonly kind: "write"; readonly at: number; readonly length: number }
  | { readonly kind: "truncate"; readonly at: number };

const place = fc.oneof(fc.nat(9_000), fc.constantFrom(0, 2_047, 2_048, 2_049, 4_096, 6_144));

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("write" as const), at: place, length: place }),
    fc.record({ kind: fc.constant("truncate" as const), at: place }),
  ) as fc.Arbitrary<Step>,
  { maxLength: 8 },
);

describe("the pages of a large object", () => {
  it("hold what a file would after the same writes", async () => {
    await fc.assert(
      fc.asyncProperty(steps, place, place, async (all, from, length) => {
        const values = new Map<Key, Uint8Array>();
        const transaction = new MemoryTransaction(values);
        const pages = new ObjectPages(largeObjectStore(5).pages, 77);
        const neighbour = new ObjectPages(largeObjectStore(5).pages, 78);
        await neighbour.write(transaction, 0, Buffer.from("neighbour"));
        let model: Buffer = Buffer.alloc(0);
        let written = 0;
        for (const step of all) {
          const longer = (size: number): Buffer =>
            size <= model.length
              ? model
              : Buffer.concat([model, Buffer.alloc(size - model.length)]);
          if (step.kind === "truncate") {
            await pages.truncate(transaction, step.at);
            model = longer(step.at).subarray(0, step.at);
            continue;
          }
          const bytes = Buffer.alloc(step.length, ++written);
          await pages.write(transaction, step.at, bytes);
          if (step.length === 0) continue;
          model = Buffer.from(longer(step.at + step.length));
          bytes.copy(model, step.at);
        }
        expect(await pages.size(transaction)).toBe(model.length);
        expect(Buffer.from(await pages.read(transaction, 0))).toEqual(Buffer.from(model));
        const part = await pages.read(transaction, from, length);
        expect(Buffer.from(part)).toEqual(Buffer.from(model.subarray(from, from + length)));
        await pages.remove(transaction);
        expect(values.size).toBe(1);
      }),
    );
  });
});
