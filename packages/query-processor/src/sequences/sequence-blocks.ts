/**
 * Sequences without contention: a query processor takes a block of values in a transaction of its
 * own and, AFTER that has committed, hands them out from memory. A value is given at most once; a
 * restart leaves a gap, as PostgreSQL's crash recovery does, and so does a block that may be called
 * back while it is taken.
 *
 * Stored under an index number that no table has: the last value of the last block taken, as decimal
 * text, and the incarnation of the sequence that it is of. What is left of a sequence whose CREATE
 * was rolled back is in nobody's way, though a table may get its number.
 *
 * setval and ALTER SEQUENCE call back what other query processors have in memory. One that may not
 * hear of that, because its lease with the registrar has ended, takes one value at a time.
 */
import type { Key, MaybePromise } from "@firstlight/common";
import { SqlError, indexPrefix } from "@firstlight/common";
import type { Membership } from "../cluster/membership.ts";
import type { SequenceDescriptor } from "../catalog/descriptors.ts";
import type { OnlineBug } from "../online/online-bug.ts";
import { NO_ONLINE_BUGS } from "../online/online-bug.ts";
import type { CommitPorts } from "../transaction/commit.ts";
import { commitTransaction } from "../transaction/commit.ts";
import type { ClusterView } from "../transaction/cluster-view.ts";
import { KvTransaction } from "../transaction/kv-transaction.ts";

/** As many as PostgreSQL logs ahead: the value asked for and 32 more. */
const BLOCK_MIN = 33n;
const ATTEMPTS_MAX = 100;
const LIMITS = { writeBytesMax: 1 << 20, pageBytes: 1 << 16 };

interface Block {
  readonly sequence: SequenceDescriptor;
  readonly first: bigint;
  next: bigint;
  last: bigint;
  /** Values that a statement took and gave back because it started again. */
  readonly returned: bigint[];
  /** Of one value, which was asked for: nobody calls it back. */
  readonly isSingle: boolean;
}

/** What another query processor answers when it gives up its block; null: it has handed out nothing. */
type LastHanded = bigint | null;

const RECALL = "recallSequence";
/** The same, and what was handed out before does not count any more. */
const RESET = "resetSequence";
const RECALL_PATIENCE_MICROS = 9_000_000;

/** setval: the next value is after `value`, or `value` itself if it does not count as called. */
export interface SequencePosition {
  readonly value: bigint;
  readonly called: boolean;
}

/**
 * Thrown where something of a sequence is needed synchronously that takes a transaction: another
 * block of values, or a new position. The statement starts again afterwards.
 */
export class SequenceBlockNeeded extends Error {
  override readonly name = "SequenceBlockNeeded";
  readonly sequence: SequenceDescriptor;
  readonly position: SequencePosition | undefined;

  constructor(sequence: SequenceDescriptor, position?: SequencePosition) {
    super(`sequence ${sequence.name} needs a transaction of its own`);
    this.sequence = sequence;
    this.position = position;
  }
}

const SEQUENCE_INDEX = 0xffff;

/** Sequences of before there were incarnations have their values where tables have their rows. */
function keyOf({ storageId, incarnation }: SequenceDescriptor): Key {
  return indexPrefix(storageId, incarnation === undefined ? 0 : SEQUENCE_INDEX);
}

function identityOf({ storageId, incarnation }: SequenceDescriptor): string {
  return `${storageId} ${incarnation ?? ""}`;
}

function textOf({ incarnation }: SequenceDescriptor, last: bigint): string {
  return incarnation === undefined ? String(last) : `${last} ${incarnation}`;
}

/** Before its first one, where none was. */
function lastHandedOf({ sequence, next, returned }: Block): bigint {
  return next - BigInt(sequence.increment) * BigInt(returned.length + 1);
}

export class SequenceBlocks {
  readonly #cluster: ClusterView;
  readonly #ports: CommitPorts;
  readonly #blocks = new Map<string, Block>();
  /** What setval said last, until values are taken. */
  readonly #positions = new Map<string, SequencePosition>();
  /** The last value handed out of each. */
  readonly #handed = new Map<string, bigint>();
  readonly #refills = new Map<string, Promise<void>>();
  /** Blocks that were asked for in an earlier one are not used. */
  #era = 0;
  readonly #membership: Membership | undefined;
  readonly #bugs: ReadonlySet<OnlineBug>;

  constructor(
    cluster: ClusterView,
    ports: CommitPorts,
    membership?: Membership,
    bugs: ReadonlySet<OnlineBug> = NO_ONLINE_BUGS,
  ) {
    this.#bugs = bugs;
    this.#cluster = cluster;
    this.#ports = ports;
    this.#membership = membership;
    membership?.on(RECALL, (identity) => this.#giveUp(String(identity)));
    membership?.on(RESET, async (identity) => {
      await this.#giveUp(String(identity));
      this.#handed.delete(String(identity));
    });
    membership?.onLapse(() => this.#forgetBlocks());
  }

  /** Those that are being taken, too. */
  #forgetBlocks(): void {
    this.#era++;
    this.#blocks.clear();
  }

  get #canBeCalledBack(): boolean {
    return this.#membership?.isCurrent ?? true;
  }

  /** Another query processor sets the sequence: what is left here is nobody's any more. */
  async #giveUp(identity: string): Promise<LastHanded> {
    // One that is being taken may be from before.
    await this.#refills.get(identity)?.catch(() => undefined);
    this.#blocks.delete(identity);
    this.#positions.delete(identity);
    return this.#handed.get(identity) ?? null;
  }

  /** The last values that other query processors have handed out; from here on they take new ones. */
  async recall(sequence: SequenceDescriptor): Promise<readonly bigint[]> {
    const answers = await this.#askOthers(RECALL, sequence);
    return answers.filter((answer): answer is bigint => typeof answer === "bigint");
  }

  async #askOthers(kind: string, sequence: SequenceDescriptor): Promise<readonly unknown[]> {
    const options = { patienceMicros: RECALL_PATIENCE_MICROS, all: true };
    return (await this.#membership?.ask(kind, identityOf(sequence), options)) ?? [];
  }

  /** The next value if one is in memory. */
  take(sequence: SequenceDescriptor): bigint | undefined {
    const block = this.#blocks.get(identityOf(sequence));
    if (block === undefined) return undefined;
    if (!block.isSingle && !this.#canBeCalledBack) {
      this.#blocks.delete(identityOf(sequence));
      return undefined;
    }
    this.#positions.delete(identityOf(sequence));
    const returned = block.returned.shift();
    if (returned !== undefined) return returned;
    const increment = BigInt(sequence.increment);
    if (increment > 0n ? block.next > block.last : block.next < block.last) return undefined;
    const value = block.next;
    block.next += increment;
    this.#handed.set(identityOf(sequence), value);
    return value;
  }

  /**
   * Where the sequence stands as this query processor knows it: others may have taken values of
   * blocks of their own.
   */
  position(sequence: SequenceDescriptor): MaybePromise<SequencePosition & { left: bigint }> {
    const block = this.#blocks.get(identityOf(sequence));
    const increment = BigInt(sequence.increment);
    const returned = BigInt(block?.returned.length ?? 0);
    if (block !== undefined && block.next - increment * returned !== block.first) {
      const value = block.next - increment * (returned + 1n);
      const left = (block.last - block.next) / increment + 1n + returned;
      return { value, called: true, left };
    }
    const set = this.#positions.get(identityOf(sequence));
    if (set !== undefined) return { ...set, left: 0n };
    const transaction = new KvTransaction(this.#cluster, LIMITS, { readOnly: true });
    return this.#read(transaction, sequence).then((stored) => ({
      value: stored ?? BigInt(sequence.restart ?? sequence.start),
      called: stored !== undefined,
      left: 0n,
    }));
  }

  /**
   * A copy goes on behind all values that were taken: where this query processor has the block that
   * was taken last, right behind the last value that was handed out of it.
   */
  async copyPosition(
    transaction: Pick<KvTransaction, "put">,
    from: SequenceDescriptor,
    to: SequenceDescriptor,
  ): Promise<void> {
    const reads = new KvTransaction(this.#cluster, LIMITS, { readOnly: true });
    const stored = await this.#read(reads, from);
    if (stored === undefined) return;
    const block = this.#blocks.get(identityOf(from));
    const last = block?.last === stored ? lastHandedOf(block) : stored;
    transaction.put(keyOf(to), Buffer.from(textOf(to, last), "latin1"), "replace");
  }

  giveBack(sequence: SequenceDescriptor, values: readonly bigint[]): void {
    this.#blocks.get(identityOf(sequence))?.returned.unshift(...values);
  }

  /** Concurrent callers share one transaction. */
  refill(sequence: SequenceDescriptor): Promise<void> {
    const running = this.#refills.get(identityOf(sequence));
    if (running !== undefined) return running;
    const refill = this.#refill(sequence).finally(() => this.#refills.delete(identityOf(sequence)));
    this.#refills.set(identityOf(sequence), refill);
    return refill;
  }

  async #refill(sequence: SequenceDescriptor): Promise<void> {
    const era = this.#era;
    const block = await this.#update(sequence, (stored) => {
      const isSingle = !this.#canBeCalledBack;
      const { next, last } = nextBlock(sequence, stored, isSingle);
      const taken: Block = { sequence, first: next, next, last, returned: [], isSingle };
      if (this.#bugs.has("blocksBeforeCommit")) this.#blocks.set(identityOf(sequence), taken);
      return { last, result: taken };
    });
    // Who would have called it back did not know of it, or could not reach this query processor.
    if (era === this.#era) this.#blocks.set(identityOf(sequence), block);
  }

  /** Writes back what is left in memory: what is stored is what was handed out. */
  async settle(): Promise<void> {
    for (const [identity, { sequence, next, isSingle }] of this.#blocks) {
      this.#blocks.delete(identity);
      const last = next - BigInt(sequence.increment);
      if (!isSingle) await this.#update(sequence, () => ({ last, result: undefined }));
    }
  }

  /** What is stored was set back, without asking. */
  forget(): void {
    this.#forgetBlocks();
    this.#positions.clear();
    this.#handed.clear();
  }

  async set(sequence: SequenceDescriptor, position: SequencePosition): Promise<void> {
    const { value, called } = position;
    const last = called ? value : value - BigInt(sequence.increment);
    await this.#update(sequence, () => ({ last, result: undefined }));
    // Of before, though what is being taken just now may be of after: then it leaves a gap.
    await this.#refills.get(identityOf(sequence))?.catch(() => undefined);
    this.#blocks.delete(identityOf(sequence));
    this.#handed.delete(identityOf(sequence));
    await this.#askOthers(RESET, sequence);
    this.#positions.set(identityOf(sequence), position);
  }

  /** Returns the result of the change that was committed: others were not made. */
  async #update<T>(
    sequence: SequenceDescriptor,
    change: (stored: bigint | undefined) => { readonly last: bigint; readonly result: T },
  ): Promise<T> {
    const key = keyOf(sequence);
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const transaction = new KvTransaction(this.#cluster, LIMITS, { readOnly: false });
      const { last, result } = change(await this.#read(transaction, sequence));
      transaction.put(key, Buffer.from(textOf(sequence, last), "latin1"), "replace");
      const { verdict } = await commitTransaction(this.#cluster, this.#ports, transaction);
      if (verdict === "committed") return result;
      await this.#ports.clock.sleep(1_000 * (1 + attempt) * this.#ports.random.next());
    }
    throw new SqlError("40001", `sequence "${sequence.name}" is contended`);
  }

  async #read(
    transaction: KvTransaction,
    sequence: SequenceDescriptor,
  ): Promise<bigint | undefined> {
    const key = keyOf(sequence);
    const storage = this.#cluster.storage;
    const request = { snapshot: transaction.snapshot, catalogVersion: undefined, keys: [key] };
    const [value] = await storage.read(request);
    if (value === undefined) return undefined;
    const [last = "", incarnation] = Buffer.from(value).toString("latin1").split(" ");
    return incarnation === sequence.incarnation ? BigInt(last) : undefined;
  }
}

export function nextBlock(
  sequence: SequenceDescriptor,
  stored: bigint | undefined,
  onlyOne = false,
): { next: bigint; last: bigint } {
  const increment = BigInt(sequence.increment);
  const min = BigInt(sequence.min);
  const max = BigInt(sequence.max);
  const cache = BigInt(sequence.cache);
  let next = stored === undefined ? BigInt(sequence.restart ?? sequence.start) : stored + increment;
  if (next > max || next < min) {
    if (!sequence.cycle) throw exhausted(sequence, increment > 0n);
    next = increment > 0n ? min : max;
  }
  if (onlyOne) return { next, last: next };
  const size = cache > BLOCK_MIN ? cache : BLOCK_MIN;
  const wanted = next + increment * (size - 1n);
  const steps = increment > 0n ? (max - next) / increment : (next - min) / -increment;
  const last = wanted > max || wanted < min ? next + increment * steps : wanted;
  return { next, last };
}

function exhausted(sequence: SequenceDescriptor, ascending: boolean): SqlError {
  const end = ascending
    ? `maximum value of sequence "${sequence.name}" (${sequence.max})`
    : `minimum value of sequence "${sequence.name}" (${sequence.min})`;
  return new SqlError("2200H", `nextval: reached ${end}`);
}
