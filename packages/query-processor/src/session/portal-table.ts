/**
 * The portals of one session by name. The unnamed one, which most statements use and drop, has a
 * place of its own: a Map that is filled and emptied all the time leaves a chain of old tables
 * behind that keeps young garbage alive.
 */
import type { Portal } from "./portal.ts";

export class PortalTable {
  #unnamed: Portal | undefined;
  /** Made when it is first filled: most sessions name none. */
  #named: Map<string, Portal> | undefined;

  get size(): number {
    return (this.#named?.size ?? 0) + (this.#unnamed === undefined ? 0 : 1);
  }

  get(name: string): Portal | undefined {
    return name === "" ? this.#unnamed : this.#named?.get(name);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  set(portal: Portal): void {
    if (portal.name === "") this.#unnamed = portal;
    else (this.#named ??= new Map()).set(portal.name, portal);
  }

  delete(name: string): void {
    if (name === "") this.#unnamed = undefined;
    else this.#named?.delete(name);
  }

  /** A copy: portals may be closed while it is walked. */
  all(): readonly Portal[] {
    if (this.#named === undefined || this.#named.size === 0)
      return this.#unnamed === undefined ? NONE : [this.#unnamed];
    const named = [...this.#named.values()];
    return this.#unnamed === undefined ? named : [this.#unnamed, ...named];
  }
}

const NONE: readonly Portal[] = [];
