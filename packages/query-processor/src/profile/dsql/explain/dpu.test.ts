/** Estimates that plans of the service show (2025 and 2026). */
import { describe, expect, it } from "vitest";
import { dpuEstimate, dpuLines, ENTRY_BYTES_MIN } from "./dpu.ts";

const NONE = { micros: 0, readBytes: 0, writtenBytes: 0 };

describe("the estimate of a statement's DPU", () => {
  it.each([
    ["reads one row", { ...NONE, readBytes: ENTRY_BYTES_MIN }, "Read: 0.00023"],
    ["writes three rows", { ...NONE, writtenBytes: 3 * ENTRY_BYTES_MIN }, "Write: 0.01875"],
    [
      "writes a row and its index",
      { ...NONE, writtenBytes: 2 * ENTRY_BYTES_MIN },
      "Write: 0.01250",
    ],
  ])("%s", (_, use, line) => {
    expect(dpuLines(use).some((each) => each.trim().startsWith(line))).toBe(true);
  });

  it("names the least that a transaction is billed for, unless nothing or more is used", () => {
    expect(dpuLines({ micros: 1_000, readBytes: 128, writtenBytes: 2_048 })).toEqual([
      "Statement DPU Estimate:",
      "  Compute: 0.00100 DPU",
      "  Read: 0.00023 DPU (Transaction minimum: 0.00375)",
      "  Write: 0.10000 DPU",
      "  Total: 0.10123 DPU",
    ]);
    expect(dpuLines(NONE)[2]).toBe("  Read: 0.00000 DPU");
  });

  it("is a sum of its parts", () => {
    const use = { micros: 500_000, readBytes: 4_096, writtenBytes: 0 };
    expect(dpuEstimate(use)).toEqual({ compute: 0.5, read: 0.0075, write: 0 });
  });
});
