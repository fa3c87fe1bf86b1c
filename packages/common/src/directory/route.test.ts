/** Where requests go, what they learn on the way, and when they are given up. */
import { describe, expect, it } from "vitest";
import { logId } from "../contracts/ids.ts";
import type { Serving } from "../contracts/directory.ts";
import { MovedError, ServiceError, isServiceError } from "../errors/service-error.ts";
import { KEY_MAX, KEY_MIN } from "../keys/key.ts";
import { ManualClock } from "../ports/manual-clock.ts";
import { ClusterDirectory } from "./cluster-directory.ts";
import { Route } from "./route.ts";

const LOG = logId("a1");

function serving(member: string, epoch: number): Serving {
  return { log: LOG, epoch, member };
}

interface Fixture {
  readonly clock: ManualClock;
  readonly directory: ClusterDirectory;
  readonly route: Route<string>;
  /** What others know, and how often they were asked. */
  readonly others: { known: Serving[]; asked: number };
}

function fixture(): Fixture {
  const clock = new ManualClock();
  const others = { known: [] as Serving[], asked: 0 };
  const ranges = { version: 0, ranges: [{ log: LOG, span: { start: KEY_MIN, end: KEY_MAX } }] };
  const source = {
    exchange: () => {
      others.asked++;
      return { known: others.known, member: "other", seats: [], serves: [], ranges };
    },
  };
  const homes = new Map([[LOG, "one"]]);
  const directory = new ClusterDirectory({ clock, homes, sources: [source], ranges });
  const reach = (member: string): string => member;
  const route = new Route({ log: LOG, clock, directory, reach, patienceMicros: 250_000 });
  return { clock, directory, route, others };
}

const never = (): Promise<never> => new Promise(() => undefined);

describe("ClusterDirectory", () => {
  it("holds what has the higher epoch to be true, in whatever order it is heard", () => {
    const { directory } = fixture();
    directory.learn([serving("three", 3), serving("two", 2), serving("one", 0)]);
    expect(directory.holderOf(LOG)).toEqual(serving("three", 3));
    expect(directory.version).toBe(3);
  });
});

describe("Route", () => {
  it("follows a process that says who serves the log, though the request may not be repeated", async () => {
    const { route, directory } = fixture();
    const asked: string[] = [];
    const answer = await route.ask((member) => {
      asked.push(member);
      if (member === "two") return Promise.resolve("done");
      return Promise.reject(new MovedError("not here", [serving("two", 4)]));
    }, false);
    expect({ answer, asked }).toEqual({ answer: "done", asked: ["one", "two"] });
    expect(directory.holderOf(LOG).member).toBe("two");
  });

  it("gives up what is under way when the log moves, and repeats only what may be", async () => {
    const { route, directory } = fixture();
    const once = route.ask(
      (member) => (member === "two" ? Promise.resolve(member) : never()),
      false,
    );
    const again = route.ask(
      (member) => (member === "two" ? Promise.resolve(member) : never()),
      true,
    );
    directory.learn([serving("two", 2)]);
    await expect(once).rejects.toSatisfy((error) => isServiceError(error, "unavailable"));
    expect(await again).toBe("two");
  });

  it("leaves what is under way alone when the same process begins another epoch", async () => {
    const { route, directory } = fixture();
    let finish: (value: string) => void = () => undefined;
    const asked = route.ask(() => new Promise<string>((resolve) => (finish = resolve)), false);
    directory.learn([serving("one", 2)]);
    finish("done");
    expect(await asked).toBe("done");
  });

  it("has others asked when an answer takes long, as of a process that stands still", async () => {
    const { route, clock, others } = fixture();
    const asked = route.ask(
      (member) => (member === "two" ? Promise.resolve(member) : never()),
      true,
    );
    others.known = [serving("two", 2)];
    await clock.advance(200_000);
    expect(others.asked).toBe(0);
    await clock.advance(100_000);
    expect(await asked).toBe("two");
  });

  it("has others asked after a failure, and tells of it when nobody knows better", async () => {
    const { route, others } = fixture();
    const failed = route.ask(() => Promise.reject(new ServiceError("unavailable", "gone")), true);
    await expect(failed).rejects.toThrow("gone");
    expect(others.asked).toBe(1);
  });

  it("does not repeat what was refused for another reason", async () => {
    const { route, others } = fixture();
    const failed = route.ask(() => Promise.reject(new ServiceError("overloaded", "full")), true);
    await expect(failed).rejects.toThrow("full");
    expect(others.asked).toBe(0);
  });
});
