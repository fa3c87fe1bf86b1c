/**
 * What one statement takes outside of its transaction: values of sequences (nextval, setval, currval
 * and lastval, with what its session saw last) and what it asks others for.
 */
import type { MaybePromise } from "@firstlight/common";
import { SqlError } from "@firstlight/common";
import type { SequenceDescriptor } from "../catalog/descriptors.ts";
import type { SequenceBlocks, SequencePosition } from "../sequences/sequence-blocks.ts";
import { isTemporaryOid } from "../catalog/builtin-objects.ts";
import { SequenceBlockNeeded, nextBlock } from "../sequences/sequence-blocks.ts";
import { Errands } from "../locks/errands.ts";
import type { SessionContext } from "./engine.ts";

interface SessionValues {
  /** Last values of temporary sequences, which no block in the cluster stands for. */
  readonly temporary: Map<number, bigint>;
  readonly bySequence: Map<number, bigint>;
  last: { readonly sequence: number; readonly value: bigint } | undefined;
}

const sessions = new WeakMap<SessionContext, SessionValues>();

function valuesOf(session: SessionContext): SessionValues {
  let values = sessions.get(session);
  if (values === undefined) {
    values = { temporary: new Map(), bySequence: new Map(), last: undefined };
    sessions.set(session, values);
  }
  return values;
}

/** DISCARD SEQUENCES. */
export function forgetSequences(session: SessionContext): void {
  const values = sessions.get(session);
  values?.bySequence.clear();
  if (values !== undefined) values.last = undefined;
}

export class SequenceSession {
  readonly #blocks: SequenceBlocks;
  readonly #session: SessionContext;
  /** Positions set on behalf of calls that this attempt has not reached again yet. */
  readonly #positions = new Set<string>();
  /** Those that it has, or that were just set. */
  readonly #met: string[] = [];
  /** Made with the first value: few statements take any. */
  #taken: Map<SequenceDescriptor, bigint[]> | undefined;
  #errands: Errands | undefined;

  constructor(blocks: SequenceBlocks, session: SessionContext) {
    this.#blocks = blocks;
    this.#session = session;
  }

  get errands(): Errands {
    this.#errands ??= new Errands();
    return this.#errands;
  }

  /** Whose statement it is. */
  get owner(): SessionContext {
    return this.#session;
  }

  /** Throws SequenceBlockNeeded when no value is in memory. */
  next(sequence: SequenceDescriptor): bigint {
    const value = isTemporaryOid(sequence.oid)
      ? this.#nextTemporary(sequence)
      : this.#blocks.take(sequence);
    if (value === undefined) throw new SequenceBlockNeeded(sequence);
    this.#taken ??= new Map();
    const taken = this.#taken.get(sequence);
    if (taken === undefined) this.#taken.set(sequence, [value]);
    else taken.push(value);
    const values = valuesOf(this.#session);
    values.bySequence.set(sequence.oid, value);
    values.last = { sequence: sequence.oid, value };
    return value;
  }

  #nextTemporary(sequence: SequenceDescriptor): bigint {
    const { temporary } = valuesOf(this.#session);
    const { next } = nextBlock(sequence, temporary.get(sequence.storageId));
    temporary.set(sequence.storageId, next);
    return next;
  }

  /** Throws SequenceBlockNeeded the first time; once that was met, the same call succeeds. */
  set(sequence: SequenceDescriptor, position: SequencePosition): bigint {
    const { value, called } = position;
    const [min, max] = [BigInt(sequence.min), BigInt(sequence.max)];
    if (value < min || value > max) {
      const text = `setval: value ${value} is out of bounds for sequence "${sequence.name}"`;
      throw new SqlError("22003", `${text} (${min}..${max})`);
    }
    if (isTemporaryOid(sequence.oid)) {
      const values = valuesOf(this.#session);
      values.temporary.set(sequence.storageId, called ? value : value - BigInt(sequence.increment));
      if (called) values.bySequence.set(sequence.oid, value);
      return value;
    }
    const call = `${sequence.oid},${value},${called}`;
    if (!this.#positions.delete(call)) throw new SequenceBlockNeeded(sequence, position);
    this.#met.push(call);
    if (called) valuesOf(this.#session).bySequence.set(sequence.oid, value);
    return value;
  }

  /** Does what a statement needed before it starts again. */
  async meet({ sequence, position }: SequenceBlockNeeded): Promise<void> {
    if (position === undefined) {
      await this.#blocks.refill(sequence);
      return;
    }
    await this.#blocks.set(sequence, position);
    this.#met.push(`${sequence.oid},${position.value},${position.called}`);
  }

  /** As this query processor knows it. */
  position(sequence: SequenceDescriptor): MaybePromise<SequencePosition> {
    if (!isTemporaryOid(sequence.oid)) return this.#blocks.position(sequence);
    const value = valuesOf(this.#session).temporary.get(sequence.storageId);
    return { value: value ?? 0n, called: value !== undefined };
  }

  current(sequence: SequenceDescriptor): bigint {
    const value = valuesOf(this.#session).bySequence.get(sequence.oid);
    if (value !== undefined) return value;
    throw new SqlError(
      "55000",
      `currval of sequence "${sequence.name}" is not yet defined in this session`,
    );
  }

  /** Of the sequence that a value was last taken of, if `exists` says it is still there. */
  last(exists: (sequence: number) => boolean): bigint {
    const { last } = valuesOf(this.#session);
    if (last !== undefined && exists(last.sequence)) {
      return valuesOf(this.#session).bySequence.get(last.sequence) ?? last.value;
    }
    throw new SqlError("55000", "lastval is not yet defined in this session");
  }

  /** The statement starts again: its values go back to the front. */
  giveBack(): void {
    this.#errands?.again();
    for (const [sequence, values] of this.#taken ?? []) this.#blocks.giveBack(sequence, values);
    this.#taken = undefined;
    for (const call of this.#met.splice(0)) this.#positions.add(call);
  }
}
