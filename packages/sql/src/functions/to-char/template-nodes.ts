/**
 * Nodes of templates that are long: found as they are asked for, so that as many as a template has
 * characters are never kept, and treated in steps.
 */
import { flat } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { PIECE_LENGTH, TextPieces, joinedPieces } from "../../types/long-text.ts";

/** Characters of a template from which on it is read and written in steps. */
export const LONG_TEMPLATE = 4096;
/** Nodes that are read or written between two looks at the clock. */
export const NODES_PER_STEP = 1024;

/** Iterated anew each time that it is asked for. */
export function foundAnew<N>(find: () => Iterator<N>): Iterable<N> {
  return { [Symbol.iterator]: find };
}

/** Until there is no more, or one says that it was the last. */
export function* eachNode<N>(
  nodes: Iterable<N>,
  treat: (node: N) => "last" | undefined,
): Steps<void> {
  let count = 0;
  for (const node of nodes) {
    if (treat(node) === "last") return;
    if (++count % NODES_PER_STEP === 0) yield;
  }
}

/** The text that the nodes write one after the other. */
export function* writtenNodes<N>(
  nodes: Iterable<N>,
  write: (node: N) => string | undefined,
): Steps<string> {
  const pieces = new TextPieces();
  let part = "";
  yield* eachNode(nodes, (node) => {
    const text = write(node);
    if (text === undefined) return "last";
    part += text;
    if (part.length < PIECE_LENGTH) return undefined;
    pieces.add(flat(part));
    part = "";
    return undefined;
  });
  pieces.add(part);
  return yield* joinedPieces(pieces.text());
}
