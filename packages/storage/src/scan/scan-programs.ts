/**
 * Compiled scan programs by their text, the least recently used forgotten first. A statement sends
 * the same text with every page, so a page costs one look-up.
 */
import type { ScanRequest } from "@firstlight/common";
import type { CompiledScanProgram } from "@firstlight/sql";
import { compileScanProgram, parseScanProgram } from "@firstlight/sql";
import type { RowSink } from "./row-sink.ts";
import { RawRows } from "./row-sink.ts";

/** Longer texts (lists of many constants) are compiled each time and not kept. */
const KEPT_TEXT_MAX = 64 << 10;

export class ScanPrograms {
  readonly #capacity: number;
  /** Most recently used last. */
  readonly #compiled = new Map<string, CompiledScanProgram>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#compiled.size;
  }

  /** What makes the batch of one page. */
  sinkFor(request: ScanRequest): RowSink {
    if (request.program === undefined) return new RawRows();
    return this.#find(request.program).start(request.format);
  }

  /** The program of a request that has one. */
  programOf(text: string): CompiledScanProgram {
    return this.#find(text);
  }

  #find(text: string): CompiledScanProgram {
    const known = this.#compiled.get(text);
    if (known !== undefined) this.#compiled.delete(text);
    const compiled = known ?? compileScanProgram(parseScanProgram(text));
    if (text.length > KEPT_TEXT_MAX) return compiled;
    this.#compiled.set(text, compiled);
    if (this.#compiled.size > this.#capacity) {
      for (const oldest of this.#compiled.keys()) {
        this.#compiled.delete(oldest);
        break;
      }
    }
    return compiled;
  }
}
