/** Fingerprints tell states of a row apart. */
import fc from "fast-check";
import { expect, it } from "vitest";
import * as oids from "../types/oids.ts";
import { rowFingerprint } from "./row-fingerprint.ts";

const integers = rowFingerprint([oids.INT4, oids.INT4], [0, 1]);

it("a value that moves to another column changes the fingerprint", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer(), (a, b) => {
      fc.pre(a !== b);
      expect(integers([a, b])).not.toBe(integers([b, a]));
    }),
  );
});

it("a change of one value changes the fingerprint", () => {
  const seen = new Set<number>();
  for (let n = -500; n < 500; n++) seen.add(integers([n, 7]));
  expect(seen.size).toBe(1000);
});

it("a column that is NULL adds nothing", () => {
  const wider = rowFingerprint([oids.INT4, oids.TEXT, oids.INT4], [0, 5, 1]);
  expect(wider([3, null, 4])).toBe(integers([3, 4]));
  expect(wider([3, "", 4])).not.toBe(integers([3, 4]));
});
