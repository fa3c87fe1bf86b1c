/** The registrar with a clock that stands still: leases, failover, questions. */
import { describe, expect, it } from "vitest";
import type { HeldLock, LockTag, RegistrarReplies } from "@firstlight/common";
import { ManualClock, ServiceError } from "@firstlight/common";
import { RegistrarService } from "./registrar-service.ts";

const TAG: LockTag = { database: 5, classId: 0, objectId: 1, subId: 1 };
const LEASE = 1_000_000;
const SETTINGS = { leaseMicros: LEASE, holdMicros: 100_000 };

class Fixture {
  readonly clock = new ManualClock();
  epoch: number | undefined = 1;
  #sequence = 0;
  readonly registrar = new RegistrarService({
    clock: this.clock,
    confirm: async () => {
      if (this.epoch === undefined) throw new ServiceError("unavailable", "replaced");
      return this.epoch;
    },
    settings: SETTINGS,
  });

  /** Attends once; the request is answered when its time is over. */
  async attend(member: string, held: readonly HeldLock[] = []): Promise<void> {
    this.attending(member, held).catch(() => undefined);
    await turn();
  }

  /** `heard`: the newest epoch that the member has heard of. */
  async attending(
    member: string,
    held: readonly HeldLock[] = [],
    heard = this.epoch,
  ): Promise<RegistrarReplies["attend"]> {
    const sequence = this.#sequence;
    const told = { sequence, underWay: [], held, answers: [], epoch: heard };
    return this.registrar.call({ kind: "attend", member, ...told });
  }

  async lock(member: string, wait = false): Promise<RegistrarReplies["lock"]["result"]> {
    const sequence = ++this.#sequence;
    const request = { kind: "lock", member, session: 1, sequence, tag: TAG, wait } as const;
    const reply = await this.registrar.call({ ...request, mode: "ExclusiveLock" });
    return reply.result;
  }

  async pass(micros: number): Promise<void> {
    await this.clock.advance(micros);
    await turn();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

const HELD: readonly HeldLock[] = [{ session: 1, tag: TAG, mode: "ExclusiveLock" }];

describe("the registrar", () => {
  it("releases the locks of a member whose lease has ended, not before", async () => {
    const fixture = new Fixture();
    await fixture.attend("a");
    expect(await fixture.lock("a")).toBe("granted");
    await fixture.pass(LEASE / 2);
    await fixture.attend("b");
    expect(await fixture.lock("b")).toBe("refused");
    await fixture.pass(LEASE / 2 + 1);
    await fixture.attend("b");
    expect(await fixture.lock("b")).toBe("granted");
  });

  it("grants nothing to whoever has no lease", async () => {
    const fixture = new Fixture();
    await expect(fixture.lock("stranger")).rejects.toThrow("no lease");
  });

  it("grants and prolongs nothing once a successor has begun", async () => {
    const fixture = new Fixture();
    await fixture.attend("a");
    fixture.epoch = undefined;
    await expect(fixture.lock("a")).rejects.toThrow("replaced");
    await fixture.attend("a");
    fixture.epoch = 1;
    await fixture.pass(LEASE + 1);
    await expect(fixture.lock("a")).rejects.toThrow("no lease");
  });

  it("grants nothing for a lease after it began anew, and hears what was granted before", async () => {
    const fixture = new Fixture();
    await fixture.attend("a");
    expect(await fixture.lock("a")).toBe("granted");
    fixture.epoch = 2;
    await fixture.attend("b");
    await fixture.attend("a", HELD);
    const early = fixture.lock("b", true);
    await fixture.pass(SETTINGS.holdMicros + 1);
    expect(await early).toBe("waiting");
    await fixture.pass(LEASE - 200_000);
    await fixture.attend("a", HELD);
    await fixture.attend("b");
    await fixture.pass(100_001);
    expect(await fixture.lock("b")).toBe("refused");
  });

  it("hears once more what is held by whoever had not heard of it", async () => {
    const fixture = new Fixture();
    fixture.epoch = 2;
    const first = await fixture.attending("a", [], 1);
    expect(first).toMatchObject({ epoch: 2, questions: [] });
    // Granted by the one before, and on its way when its member attended first.
    await fixture.attend("a", HELD);
    await fixture.attend("b");
    await fixture.pass(LEASE - 1);
    await fixture.attend("a", HELD);
    await fixture.attend("b");
    await fixture.pass(2);
    expect(await fixture.lock("b")).toBe("refused");
  });

  it("does not ask others before it knows who there is", async () => {
    const fixture = new Fixture();
    fixture.epoch = 2;
    await fixture.attend("a");
    const request = { kind: "ask", member: "a", question: "?" } as const;
    const impatient = fixture.registrar.call({ ...request, patienceMicros: LEASE / 2 });
    await expect(impatient).rejects.toMatchObject({ kind: "unavailable" });
  });

  it("tells a member whose lock is somebody else's by now that its lease has ended", async () => {
    const fixture = new Fixture();
    await fixture.attend("a");
    expect(await fixture.lock("a")).toBe("granted");
    await fixture.pass(LEASE + 1);
    await fixture.attend("b");
    expect(await fixture.lock("b")).toBe("granted");
    await expect(fixture.attending("a", HELD)).rejects.toMatchObject({ kind: "fenced" });
  });

  it("does not give back what was released while an attendance was on its way", async () => {
    const fixture = new Fixture();
    await fixture.attend("a");
    expect(await fixture.lock("a")).toBe("granted");
    const locks = [{ tag: TAG, mode: "ExclusiveLock" as const }];
    await fixture.registrar.call({ kind: "unlock", member: "a", session: 1, sequence: 9, locks });
    await fixture.attend("a", HELD);
    await fixture.attend("b");
    expect(await fixture.lock("b")).toBe("granted");
  });

  it("hands a question to every other member, and does not wait for the dead", async () => {
    const fixture = new Fixture();
    await fixture.attend("a");
    await fixture.attend("b");
    const patienceMicros = 10 * LEASE;
    const asking = fixture.registrar.call({
      kind: "ask",
      member: "a",
      question: "?",
      patienceMicros,
    });
    await turn();
    const [question] = (await fixture.attending("b")).questions;
    expect(question?.question).toBe("?");
    await fixture.pass(2 * LEASE);
    await fixture.pass(2 * LEASE);
    expect(await asking).toEqual({ answers: [], unanswered: 0 });
  });
});
