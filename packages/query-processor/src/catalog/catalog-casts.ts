/** The casts of users in a catalog, by the numbers of their types. */
import type { CastRow, UserCasts } from "@firstlight/sql";
import type { CastDescriptor } from "./cast-descriptor.ts";

const keyOf = (source: number, target: number): string => `${source} ${target}`;

export class CatalogCasts implements UserCasts {
  readonly #byTypes = new Map<string, CastRow>();

  get isEmpty(): boolean {
    return this.#byTypes.size === 0;
  }

  add({ oid, sourceType: source, targetType: target, ...rest }: CastDescriptor): void {
    const { proc, context, method } = rest;
    this.#byTypes.set(keyOf(source, target), { oid, source, target, proc, context, method });
  }

  find(source: number, target: number): CastRow | undefined {
    return this.#byTypes.get(keyOf(source, target));
  }
}
