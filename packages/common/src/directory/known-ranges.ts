/**
 * The newest range map that a process knows. Of two versions the higher one is true: all changes
 * stand in one log. Whoever routes by an older one is told of the newer, see CommitReply "moved".
 */
import type { RangeMap } from "../contracts/range-map.ts";

export class KnownRanges {
  #map: RangeMap;

  constructor(map: RangeMap) {
    this.#map = map;
  }

  get map(): RangeMap {
    return this.#map;
  }

  learn(map: RangeMap): void {
    if (map.version > this.#map.version) this.#map = map;
  }
}
