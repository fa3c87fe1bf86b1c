/**
 * Copies a span from its present holders into a replica that is at work (SpanCopy), a page at a time.
 * What a crash finds copied and counted as held stays so; the rest is removed and asked for again.
 */
import type { NodeRuntime, ScanRequest, Span, Storage, Timestamp } from "@firstlight/common";
import { DROPPED_SPAN, SHARD_MAP_KEY, ServiceError } from "@firstlight/common";
import type { StorageNode } from "../storage-node.ts";
import { CopySources } from "./copy-sources.ts";
import type { ReplicaShards } from "./replica-shards.ts";

const PAGE_BYTES = 1 << 20;
const PAGE_BYTES_MIN = 16 << 10;
/** Pages until what was copied counts as held. */
const PAGES_KEPT = 64;
const MOMENT_MICROS = 5_000;
const FULL_MICROS = 500_000;

export interface SpanFillerParts {
  readonly runtime: NodeRuntime;
  readonly node: StorageNode;
  readonly span: Span;
  readonly holders: readonly Storage[];
  readonly pauseMicros: number;
  /** False once nobody wants the copy any more. */
  readonly isWanted: () => boolean;
}

export class SpanFiller {
  readonly #parts: SpanFillerParts;
  readonly #shards: ReplicaShards;
  readonly #sources: CopySources;
  #pageBytes = PAGE_BYTES;

  constructor(parts: SpanFillerParts) {
    this.#parts = parts;
    this.#shards = parts.node.shards;
    this.#sources = new CopySources(parts.runtime.clock, parts.holders);
  }

  /** Resolves when the span is held. */
  async run(): Promise<void> {
    await this.#catchUp();
    const copy = this.#shards.beginCopy(this.#parts.span);
    try {
      for (let pages = 1; !copy.isComplete; pages++) {
        await this.#page();
        await this.#parts.runtime.clock.sleep(this.#parts.pauseMicros);
        if (pages % PAGES_KEPT === 0 && !copy.isComplete) await this.#shards.keepCopied();
      }
      await this.#marks(copy.since);
      await this.#shards.keepCopied();
    } catch (error) {
      this.#shards.abandonCopy();
      throw error;
    }
  }

  /** Pages are asked for at its own watermark: what is far behind is behind the holders' horizon. */
  async #catchUp(): Promise<void> {
    const { node, runtime } = this.#parts;
    const snapshot = runtime.clock.now().latest;
    await node.read({ snapshot, catalogVersion: undefined, keys: [SHARD_MAP_KEY] });
  }

  async #page(): Promise<void> {
    const { node } = this.#parts;
    const snapshot = await this.#moment();
    const { copy } = this.#shards;
    if (copy === undefined) return;
    const request = this.#request(snapshot, copy.rest, this.#pageBytes);
    const page = await this.#sources.ask(async (holder) => holder.scan(request));
    if (this.#shards.takePage(snapshot, page)) await node.sync();
    else this.#pageBytes = Math.max(PAGE_BYTES_MIN, this.#pageBytes / 2);
  }

  /** Waits until exactly the entries up to some timestamp are applied, and there is room for a page. */
  async #moment(): Promise<Timestamp> {
    const { runtime, node, isWanted } = this.#parts;
    for (;;) {
      if (!isWanted()) throw new ServiceError("unavailable", "the copy is not wanted any more");
      const hasRoom = node.roomBytes > 0;
      const snapshot = hasRoom ? this.#shards.openPage() : undefined;
      if (snapshot !== undefined) return snapshot;
      await runtime.clock.sleep(hasRoom ? MOMENT_MICROS : FULL_MICROS);
    }
  }

  #request(snapshot: Timestamp, span: Span, pageBytes: number): ScanRequest {
    return {
      snapshot,
      catalogVersion: undefined,
      span,
      reverse: false,
      pageBytes,
      withKeys: true,
      format: "encoded",
    };
  }

  /** What was dropped may be gone here and not at the holder, so its rows came with the copy. */
  async #marks(snapshot: Timestamp): Promise<void> {
    for (let span: Span | undefined = DROPPED_SPAN; span !== undefined;) {
      const request = this.#request(snapshot, span, PAGE_BYTES);
      const page = await this.#sources.ask(async (holder) => holder.scan(request));
      if (page.batch.kind !== "raw") throw new TypeError("a scan without a program is raw");
      this.#shards.takeMarks(snapshot, page.keys ?? [], page.batch.values);
      span = page.rest;
    }
  }
}
