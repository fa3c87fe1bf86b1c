/** Every anomaly is named in a history that shows it, and what snapshot isolation permits is not. */
import { keyFromLatin1, timestamp } from "@firstlight/common";
import { describe, expect, it } from "vitest";
import type { ListOperation } from "../history/attempt.ts";
import { History } from "../history/attempt.ts";
import { checkAnomalies } from "./anomalies.ts";
import { Findings } from "./violation.ts";

const [X, Y] = [keyFromLatin1("x"), keyFromLatin1("y")];

function read(key: typeof X, ...list: readonly number[]): ListOperation {
  return { kind: "read", key, list };
}

function append(key: typeof X, value: number): ListOperation {
  return { kind: "append", key, value };
}

class Script {
  readonly history = new History();

  /** From `begin` to `end` in true time; all that overlap unless told otherwise. */
  add(
    outcome: "committed" | "refused" | "unknown",
    operations: readonly ListOperation[],
    [begin, end]: readonly [number, number] = [0, 100],
  ): this {
    const attempt = this.history.begin("client", begin);
    attempt.endedAt = end;
    attempt.operations.push(...operations);
    const writes = operations.filter(({ kind }) => kind === "append");
    for (const { key } of writes) attempt.writes.set(key, "");
    if (outcome === "unknown") attempt.outcome = { kind: "unknown" };
    else if (outcome === "refused") attempt.outcome = { kind: "refused", verdict: "conflict" };
    else if (writes.length === 0) attempt.outcome = { kind: "readOnly" };
    else attempt.outcome = { kind: "committed", timestamp: timestamp(end) };
    return this;
  }

  found(): string[] {
    const findings = new Findings();
    checkAnomalies(this.history, findings);
    return findings.violations.map(({ invariant }) => invariant);
  }
}

describe("checkAnomalies", () => {
  it("finds nothing in a serial history", () => {
    const script = new Script()
      .add("committed", [read(X), append(X, 1)], [0, 1])
      .add("committed", [read(X, 1), append(X, 2), read(Y), append(Y, 3)], [2, 3])
      .add("committed", [read(X, 1, 2), read(Y, 3)], [4, 5]);
    expect(script.found()).toEqual([]);
  });

  it("permits write skew: two anti-dependencies in a row", () => {
    const script = new Script()
      .add("committed", [read(Y), read(X), append(X, 1)])
      .add("committed", [read(X), read(Y), append(Y, 2)])
      .add("committed", [read(X, 1), read(Y, 2)], [200, 201]);
    expect(script.found()).toEqual([]);
  });

  it("permits an unknown commit to have happened, or not", () => {
    const seen = new Script()
      .add("unknown", [read(X), append(X, 1)])
      .add("committed", [read(X, 1)], [200, 201]);
    expect(seen.found()).toEqual([]);
    const unseen = new Script()
      .add("unknown", [read(X), append(X, 1)])
      .add("committed", [read(X)], [200, 201]);
    expect(unseen.found()).toEqual([]);
  });

  it("finds G0: writes of two transactions interleave", () => {
    const script = new Script()
      .add("committed", [append(X, 1), append(Y, 2)])
      .add("committed", [append(X, 3), append(Y, 4)])
      .add("committed", [read(X, 1, 3), read(Y, 4, 2)]);
    expect(script.found()).toContain("G0");
  });

  it("finds G1a: a read of what was refused", () => {
    const script = new Script().add("refused", [append(X, 1)]).add("committed", [read(X, 1)]);
    expect(script.found()).toContain("G1a");
  });

  it("finds G1b: a read of an intermediate state", () => {
    const script = new Script()
      .add("committed", [append(X, 1), append(X, 2)])
      .add("committed", [read(X, 1)]);
    expect(script.found()).toContain("G1b");
  });

  it("finds G1c: two transactions that saw each other", () => {
    const script = new Script()
      .add("committed", [append(X, 1), read(Y, 2)])
      .add("committed", [append(Y, 2), read(X, 1)]);
    expect(script.found()).toEqual(["G1c"]);
  });

  it("finds G-single: one half of a transaction was seen, the other not", () => {
    const script = new Script()
      .add("committed", [append(X, 1), append(Y, 2)])
      .add("committed", [read(X, 1), read(Y)])
      .add("committed", [read(Y, 2)]);
    expect(script.found()).toEqual(["G-single"]);
  });

  it("finds a lost update", () => {
    const script = new Script()
      .add("committed", [read(X), append(X, 1)])
      .add("committed", [read(X), append(X, 2)]);
    expect(script.found()).toContain("lost update");
  });

  it("finds a long fork: two readers disagree about the order of two writers", () => {
    const script = new Script()
      .add("committed", [append(X, 1)])
      .add("committed", [append(Y, 2)])
      .add("committed", [read(X, 1), read(Y)])
      .add("committed", [read(X), read(Y, 2)])
      .add("committed", [read(X, 1), read(Y, 2)], [200, 201]);
    expect(script.found()).toEqual(["long fork"]);
  });

  it("finds a stale read: the commit was acknowledged before the reader began", () => {
    const script = new Script()
      .add("committed", [read(X), append(X, 1)], [0, 1])
      .add("committed", [read(X)], [2, 3])
      .add("committed", [read(X, 1)], [4, 5]);
    expect(script.found()).toEqual(["G-single with real time"]);
  });

  it("finds reads that no single order of writers explains", () => {
    const script = new Script()
      .add("committed", [append(X, 1)])
      .add("committed", [append(X, 2)])
      .add("committed", [read(X, 1)])
      .add("committed", [read(X, 2)]);
    expect(script.found()).toContain("incompatible order");
  });

  it("finds a transaction that does not see its own appends", () => {
    const script = new Script().add("committed", [read(X), append(X, 1), read(X)]);
    expect(script.found()).toContain("internal consistency");
  });
});
