/**
 * While a simulation runs, the real clock, timers and randomness throw: whoever touches them would
 * make the run depend on more than its seed.
 */
type Undo = () => void;

function replaced<T extends object, K extends keyof T>(target: T, key: K, value: T[K]): Undo {
  const original = target[key];
  target[key] = value;
  return () => {
    target[key] = original;
  };
}

function thrower(name: string): () => never {
  return () => {
    throw new Error(`${name} was used in a simulation`);
  };
}

/** Replaces them; the result puts them back. */
export function poisonGlobals(): () => void {
  const RealDate = Date;
  class PoisonedDate extends RealDate {
    constructor(...args: readonly [] | readonly [number | string]) {
      if (args.length === 0) thrower("new Date()")();
      super(...(args as [number]));
    }

    static override now(): number {
      return thrower("Date.now")();
    }
  }
  const undos: Undo[] = [
    replaced(globalThis, "Date", PoisonedDate as unknown as DateConstructor),
    replaced(Math, "random", thrower("Math.random")),
    replaced(performance, "now", thrower("performance.now")),
    replaced(globalThis, "setTimeout", thrower("setTimeout") as unknown as typeof setTimeout),
    replaced(globalThis, "setInterval", thrower("setInterval") as unknown as typeof setInterval),
    replaced(globalThis, "setImmediate", thrower("setImmediate") as unknown as typeof setImmediate),
  ];
  return () => {
    for (const undo of undos.reverse()) undo();
  };
}
