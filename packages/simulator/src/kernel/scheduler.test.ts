/** Virtual time: order, cancellation, and promises that run to their end between two events. */
import { describe, expect, it } from "vitest";
import { Scheduler } from "./scheduler.ts";

describe("Scheduler", () => {
  it("runs events by time, ties in the order of their making", async () => {
    const scheduler = new Scheduler();
    const ran: string[] = [];
    scheduler.at(20, () => ran.push("c"));
    scheduler.at(10, () => ran.push("a"));
    scheduler.at(10, () => ran.push("b"));
    scheduler.at(5, () => ran.push("cancelled")).cancel();
    await scheduler.run(100);
    expect(ran).toEqual(["a", "b", "c"]);
    expect(scheduler.now).toBe(100);
  });

  it("keeps the order of many events", async () => {
    const scheduler = new Scheduler();
    const ran: number[] = [];
    for (let i = 0; i < 200; i++) {
      const at = (i * 7919) % 101;
      scheduler.at(at, () => ran.push(at));
    }
    await scheduler.run(1_000);
    expect(ran).toEqual(ran.toSorted((a, b) => a - b));
  });

  it("lets promise chains run to their end before time goes on", async () => {
    const scheduler = new Scheduler();
    const seen: number[] = [];
    scheduler.at(1, () => {
      void (async () => {
        for (let i = 0; i < 1_000; i++) await Promise.resolve();
        seen.push(scheduler.now);
      })();
    });
    scheduler.at(2, () => seen.push(scheduler.now));
    await scheduler.run(10);
    expect(seen).toEqual([1, 2]);
  });

  it("knows whole microseconds only", async () => {
    const scheduler = new Scheduler();
    let at = 0;
    scheduler.after(1.5, () => {
      at = scheduler.now;
    });
    await scheduler.run(10);
    expect(at).toBe(2);
  });
});
