/**
 * Dependencies between transactions, and cycles in them. Nodes are numbered; an edge says why one
 * transaction must come before another.
 */
export type Dependency = "ww" | "wr" | "rw" | "rt";

export interface Edge {
  readonly from: number;
  readonly to: number;
  readonly why: readonly Dependency[];
  /** The transaction in between, where two dependencies are one edge. */
  readonly via?: number;
}

export class DependencyGraph {
  readonly size: number;
  readonly #out: Edge[][];
  readonly #known = new Set<string>();

  constructor(size: number) {
    this.size = size;
    this.#out = Array.from({ length: size }, () => []);
  }

  add(from: number, to: number, why: Dependency): void {
    this.addEdge({ from, to, why: [why] });
  }

  addEdge(edge: Edge): void {
    const name = `${edge.from} ${edge.to} ${edge.why.join()}`;
    if (this.#known.has(name)) return;
    this.#known.add(name);
    this.#out[edge.from]?.push(edge);
  }

  out(node: number): readonly Edge[] {
    return this.#out[node] ?? [];
  }

  /** The edges of these kinds only. */
  only(kinds: readonly Dependency[]): DependencyGraph {
    const part = new DependencyGraph(this.size);
    for (const edge of this.#out.flat()) {
      if (edge.why.every((kind) => kinds.includes(kind))) part.addEdge(edge);
    }
    return part;
  }

  /** A shortest cycle, if there is one. */
  findCycle(): readonly Edge[] | undefined {
    for (const edge of this.#out.flat()) if (edge.from === edge.to) return [edge];
    for (const component of this.components()) {
      if (component.length < 2) continue;
      const members = new Set(component);
      const [start] = component;
      if (start !== undefined) return this.#cycleThrough(start, members);
    }
    return undefined;
  }

  /** Breadth first from `start` back to it, within one strong component. */
  #cycleThrough(start: number, members: ReadonlySet<number>): readonly Edge[] {
    const reachedBy = new Map<number, Edge>();
    const queue = [start];
    for (const node of queue) {
      for (const edge of this.out(node)) {
        if (!members.has(edge.to) || reachedBy.has(edge.to)) continue;
        reachedBy.set(edge.to, edge);
        queue.push(edge.to);
      }
    }
    const cycle: Edge[] = [];
    for (let node = start; ;) {
      const edge = reachedBy.get(node);
      if (edge === undefined) return cycle;
      cycle.unshift(edge);
      node = edge.from;
      if (node === start) return cycle;
    }
  }

  /** Strong components (Tarjan), without recursion. */
  components(): readonly (readonly number[])[] {
    const search = new ComponentSearch(this);
    for (let node = 0; node < this.size; node++) search.visit(node);
    return search.components;
  }
}

interface Frame {
  readonly node: number;
  edge: number;
}

class ComponentSearch {
  readonly components: (readonly number[])[] = [];
  readonly #graph: DependencyGraph;
  readonly #order: number[] = [];
  readonly #low: number[] = [];
  readonly #stack: number[] = [];
  readonly #onStack = new Set<number>();
  #next = 0;

  constructor(graph: DependencyGraph) {
    this.#graph = graph;
  }

  visit(root: number): void {
    if (this.#order[root] !== undefined) return;
    const frames: Frame[] = [this.#enter(root)];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const edge = this.#graph.out(frame.node)[frame.edge++];
      if (edge === undefined) {
        frames.pop();
        this.#leave(frame.node, frames.at(-1)?.node);
      } else if (this.#order[edge.to] === undefined) {
        frames.push(this.#enter(edge.to));
      } else if (this.#onStack.has(edge.to)) {
        this.#lower(frame.node, this.#order[edge.to] ?? 0);
      }
    }
  }

  #enter(node: number): Frame {
    this.#order[node] = this.#low[node] = this.#next++;
    this.#stack.push(node);
    this.#onStack.add(node);
    return { node, edge: 0 };
  }

  #lower(node: number, to: number): void {
    this.#low[node] = Math.min(this.#low[node] ?? to, to);
  }

  #leave(node: number, parent: number | undefined): void {
    const low = this.#low[node] ?? 0;
    if (parent !== undefined) this.#lower(parent, low);
    if (low !== this.#order[node]) return;
    const component: number[] = [];
    for (;;) {
      const member = this.#stack.pop();
      if (member === undefined) break;
      this.#onStack.delete(member);
      component.push(member);
      if (member === node) break;
    }
    this.components.push(component);
  }
}
