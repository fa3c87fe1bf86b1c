/**
 * Puts the database back to an earlier state in one transaction: the keys that differ from a
 * checkpoint are written, so that sessions stay, and whoever is under way conflicts as with any
 * other commit. Schema fences of all tables are written too: no transaction that began before and
 * wrote commits afterwards.
 *
 * Two keys never go back: the catalog's version, which tells query processors to read it anew, and
 * the next object identifier, so that no cache takes a new object for an old one.
 */
import type { DiskStore, Key } from "@firstlight/common";
import {
  CATALOG_OBJECT_SPAN,
  CATALOG_VERSION_KEY,
  NEXT_OID_KEY,
  SqlError,
  keyFromLatin1,
} from "@firstlight/common";
import { decodeCounter, decodeObject, encodeCounter } from "../catalog/catalog-codec.ts";
import { fencesOfChange } from "../catalog/online-steps.ts";
import type { ClusterView } from "../transaction/cluster-view.ts";
import type { SequenceBlocks } from "../sequences/sequence-blocks.ts";
import type { CommitPorts } from "../transaction/commit.ts";
import { commitTransaction } from "../transaction/commit.ts";
import { KvTransaction } from "../transaction/kv-transaction.ts";
import type { KeyValue } from "./checkpoint-store.ts";
import { CheckpointStore } from "./checkpoint-store.ts";
import { KeyReader, pagesAt, pagesOf } from "./key-pages.ts";

export interface CheckpointParts {
  readonly cluster: ClusterView;
  readonly ports: CommitPorts;
  readonly store: DiskStore;
  readonly sequences: Pick<SequenceBlocks, "settle" | "forget">;
}

/** The state before anything was created; always there. */
export const EMPTY = "empty";

const NAME = /^[A-Za-z0-9_.-]{1,63}$/u;
const LIMITS = { writeBytesMax: 1 << 30, pageBytes: 1 << 20 };
const ATTEMPTS_MAX = 20;
const NOTHING = Buffer.alloc(0);

export class Checkpoints {
  readonly #parts: CheckpointParts;
  readonly #store: CheckpointStore;
  /** One at a time. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: CheckpointParts) {
    this.#parts = parts;
    this.#store = new CheckpointStore(parts.store);
  }

  names(): string[] {
    return [EMPTY, ...this.#store.names()];
  }

  /** Keeps the present state under a name, in place of what had it. 22023 for a bad name. */
  async take(name: string): Promise<void> {
    if (!NAME.test(name) || name === EMPTY) throw badName(name);
    await this.#inTurn(() => this.#take(name));
  }

  /** Back to a checkpoint; 42704 if there is none of that name. */
  reset(name: string = EMPTY): Promise<void> {
    return this.#inTurn(() => this.#reset(name));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #take(name: string): Promise<void> {
    const { cluster, ports, sequences } = this.#parts;
    await sequences.settle();
    const snapshot = cluster.takeSnapshot();
    const entries: KeyValue[] = [];
    for await (const page of pagesAt(cluster.storage, ports.clock, snapshot)) {
      for (const entry of page) entries.push(entry);
    }
    await this.#store.save(name, snapshot, entries);
  }

  async #reset(name: string): Promise<void> {
    if (name !== EMPTY && !this.#store.has(name)) throw unknownName(name);
    const { cluster, ports, sequences } = this.#parts;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      const transaction = new KvTransaction(cluster, LIMITS, { readOnly: false });
      await this.#writeDifferences(transaction, name);
      if (!transaction.dirty) {
        sequences.forget();
        return;
      }
      const result = await commitTransaction(cluster, ports, transaction);
      if (result.verdict === "committed") {
        sequences.forget();
        return;
      }
      await ports.clock.sleep(1_000 * (1 + attempt) * ports.random.next());
    }
    throw new SqlError("40001", "the database could not be reset beside other transactions");
  }

  async #writeDifferences(transaction: KvTransaction, name: string): Promise<void> {
    const { cluster, ports } = this.#parts;
    const { snapshot } = transaction;
    const present = new KeyReader(pagesAt(cluster.storage, ports.clock, snapshot));
    const wanted = new KeyReader(pagesOf(this.#store, ports.clock, name));
    await Promise.all([present.nextPage(), wanted.nextPage()]);
    let version = 0;
    const tables: Uint8Array[] = [];
    while (present.current !== undefined || wanted.current !== undefined) {
      const [now, then] = [present.current, wanted.current];
      const key = lowerKey(now, then);
      const before = now?.key === key ? now.value : undefined;
      const after = then?.key === key ? then.value : undefined;
      if (key === CATALOG_VERSION_KEY) version = decodeCounter(before) ?? 0;
      else if (key !== NEXT_OID_KEY) setBack(transaction, { key, before, after });
      if (before !== undefined && isObject(key)) tables.push(before);
      if (before !== undefined) await advanced(present);
      if (after !== undefined) await advanced(wanted);
    }
    if (!transaction.dirty) return;
    for (const table of tables) writeFences(transaction, table);
    transaction.put(CATALOG_VERSION_KEY, encodeCounter(version + 1), "replace");
  }
}

/** A promise only where there is something to wait for. */
function advanced(reader: KeyReader): Promise<void> | undefined {
  if (reader.isAtPageEnd) return reader.nextPage();
  reader.step();
  return undefined;
}

function lowerKey(a: KeyValue | undefined, b: KeyValue | undefined): Key {
  if (a === undefined) return b?.key ?? keyFromLatin1("");
  return b === undefined || a.key < b.key ? a.key : b.key;
}

interface Difference {
  readonly key: Key;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
}

function setBack(transaction: KvTransaction, { key, before, after }: Difference): void {
  if (after === undefined) transaction.delete(key);
  else if (before === undefined || Buffer.compare(before, after) !== 0) {
    transaction.put(key, after, "replace");
  }
}

function isObject(key: Key): boolean {
  return key >= CATALOG_OBJECT_SPAN.start && key < CATALOG_OBJECT_SPAN.end;
}

/** Whoever planned on the table before must not commit afterwards. */
function writeFences(transaction: KvTransaction, object: Uint8Array): void {
  for (const key of fencesOfChange(decodeObject(object), undefined)) {
    transaction.put(key, NOTHING, "replace");
  }
}

function badName(name: string): SqlError {
  return new SqlError("22023", `"${name}" is no name for a checkpoint`, {
    hint: `Names have up to 63 letters, digits, "_", "." and "-"; "${EMPTY}" is taken.`,
  });
}

function unknownName(name: string): SqlError {
  return new SqlError("42704", `checkpoint "${name}" does not exist`);
}
