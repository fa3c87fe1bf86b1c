/**
 * What is true of all SQL sessions of a run at a moment, whatever the database believes: which
 * advisory locks their clients hold, and below what no value of a sequence may be given any more.
 *
 * A client holds a lock from the answer that it was granted until it asks to release it. A session
 * that was closed holds none; and one whose machine is dead or stands still may have lost it without
 * knowing (decision 0021), so neither counts until it runs again.
 */
import type { Observations } from "../cluster/observations.ts";
import type { Marks } from "../simulation/marks.ts";

export type LockStrength = "shared" | "exclusive";

interface Holding {
  readonly session: SessionWitness;
  readonly key: string;
  readonly strength: LockStrength;
}

export interface WitnessParts {
  readonly name: string;
  /** Whether the session is open and its machine runs. */
  readonly runs: () => boolean;
  /** Whether its machine has not crashed. */
  readonly lives: () => boolean;
}

/** Shared by all sessions of a run. */
export class RunWitness {
  readonly #holdings = new Set<Holding>();
  readonly #observations: Observations;
  readonly #marks: Marks;
  readonly #alone = new Map<string, WitnessParts>();
  /** By sequence; read and raised by workloads. */
  readonly floors: Map<string, number> = new Map();

  constructor(observations: Observations, marks: Marks) {
    this.#observations = observations;
    this.#marks = marks;
  }

  session(parts: WitnessParts): SessionWitness {
    return new SessionWitness(this, parts);
  }

  hold(holding: Holding): () => void {
    for (const other of this.#holdings) if (conflicts(holding, other)) this.#found(holding, other);
    this.#holdings.add(holding);
    this.#marks.hit(`advisory lock held, ${holding.strength}`);
    return () => void this.#holdings.delete(holding);
  }

  #found({ session, key, strength }: Holding, other: Holding): void {
    this.#observations.sharedLocks.push(
      `${session.parts.name} was granted ${key} ${strength}, which ${other.session.parts.name} holds ${other.strength}`,
    );
  }

  /** Undefined where a session of a machine that lives is in `what` already. */
  async alone<T>(
    what: string,
    parts: WitnessParts,
    body: () => Promise<T>,
  ): Promise<T | undefined> {
    if (this.#alone.get(what)?.lives() === true) return undefined;
    this.#alone.set(what, parts);
    try {
      return await body();
    } finally {
      if (this.#alone.get(what) === parts) this.#alone.delete(what);
    }
  }
}

function conflicts(holding: Holding, other: Holding): boolean {
  const { session, key, strength } = holding;
  if (other.key !== key || other.session === session) return false;
  if (strength === "shared" && other.strength === "shared") return false;
  return other.session.parts.runs();
}

export class SessionWitness {
  readonly #run: RunWitness;
  readonly parts: WitnessParts;

  constructor(run: RunWitness, parts: WitnessParts) {
    this.#run = run;
    this.parts = parts;
  }

  /** It was granted; what is returned is called BEFORE it is released. */
  holds(key: string, strength: LockStrength): () => void {
    return this.#run.hold({ session: this, key, strength });
  }

  /** Undefined, and nothing done, where another session is in `what` already. */
  alone<T>(what: string, body: () => Promise<T>): Promise<T | undefined> {
    return this.#run.alone(what, this.parts, body);
  }

  get floors(): Map<string, number> {
    return this.#run.floors;
  }
}
