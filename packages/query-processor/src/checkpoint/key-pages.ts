/**
 * All keys and values in key order, a page at a time: of the database at a snapshot, or of a
 * checkpoint. Between two pages others have their turn.
 */
import type { Clock, Key, Storage, Timestamp } from "@firstlight/common";
import { KEY_MAX, KEY_MIN, keyAfter } from "@firstlight/common";
import type { CheckpointStore, KeyValue } from "./checkpoint-store.ts";

export type KeyPages = AsyncGenerator<readonly KeyValue[], void, undefined>;

const PAGE_KEYS = 2_000;
const PAGE_BYTES = 1 << 20;

async function othersTurn(clock: Clock): Promise<void> {
  await new Promise<void>((resolve) => clock.endOfTick(resolve));
}

export async function* pagesAt(storage: Storage, clock: Clock, snapshot: Timestamp): KeyPages {
  let span: { readonly start: Key; readonly end: Key } | undefined = {
    start: KEY_MIN,
    end: KEY_MAX,
  };
  while (span !== undefined) {
    const page = await storage.scan({
      snapshot,
      catalogVersion: undefined,
      span,
      reverse: false,
      pageBytes: PAGE_BYTES,
      withKeys: true,
      format: "values",
    });
    const { batch, keys = [] } = page;
    if (batch.kind !== "raw") throw new TypeError("stored values were asked for");
    yield keys.map((key, at) => ({ key, value: batch.values[at] ?? new Uint8Array() }));
    span = page.rest;
    if (span !== undefined) await othersTurn(clock);
  }
}

export async function* pagesOf(store: CheckpointStore, clock: Clock, name: string): KeyPages {
  let from: Key = KEY_MIN;
  for (;;) {
    const page = store.page(name, from, PAGE_KEYS);
    yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_KEYS) return;
    from = keyAfter(last.key);
    await othersTurn(clock);
  }
}

/** A sorted sequence that looks one ahead. */
export class KeyReader {
  readonly #pages: KeyPages;
  #page: readonly KeyValue[] = [];
  #at = 0;

  constructor(pages: KeyPages) {
    this.#pages = pages;
  }

  get current(): KeyValue | undefined {
    return this.#page[this.#at];
  }

  /** Whether `advance` needs another page first. */
  get isAtPageEnd(): boolean {
    return this.#at + 1 >= this.#page.length;
  }

  /** Within the page. */
  step(): void {
    this.#at++;
  }

  /** The first entry of the next page that has any, or none. */
  async nextPage(): Promise<void> {
    this.#at = 0;
    this.#page = [];
    while (this.#page.length === 0) {
      const next = await this.#pages.next();
      if (next.done === true) return;
      this.#page = next.value;
    }
  }

  async advance(): Promise<void> {
    if (this.isAtPageEnd) await this.nextPage();
    else this.step();
  }
}
