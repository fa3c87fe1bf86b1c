/** Compiled scan programs by their text, the least recently used forgotten first. */
import type { ScanRequest } from "@firstlight/common";
import { featureNotSupported } from "@firstlight/common";
import type { RowSink } from "./row-sink.ts";
import { RawRows } from "./row-sink.ts";

export class ScanPrograms {
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  sinkFor(request: ScanRequest): RowSink {
    if (request.program === undefined) return new RawRows();
    throw featureNotSupported(`a scan program (of ${this.#capacity})`);
  }
}
