/**
 * Where in one text anchors and lookarounds hold. Of a lookaround, all places are found in one
 * reading of the text: its body read backward from each end for what lies ahead, forward for what
 * lies behind. So no lookaround is tried from each place anew.
 */
import { toEnd } from "../long-call.ts";
import type { Steps } from "../long-call.ts";
import { Automaton } from "./automaton.ts";
import type { PlaceNode } from "./nfa.ts";
import { WORD, childrenOf, setHas } from "./tree.ts";
import type { Anchor, RegexNode } from "./tree.ts";

type Look = Extract<RegexNode, { kind: "look" }>;

const automata = new WeakMap<Look, Automaton>();

function automatonOf(look: Look): Automaton {
  let automaton = automata.get(look);
  if (automaton === undefined) {
    automaton = new Automaton(look.body, look.behind ? "forward" : "backward");
    automata.set(look, automaton);
  }
  return automaton;
}

export class Places {
  /** The same string as its user's, not an equal one: comparing those takes long. */
  text: string;
  readonly #marks = new Map<Look, Uint8Array>();

  constructor(text: string) {
    this.text = text;
  }

  holds(node: PlaceNode, at: number): boolean {
    if (node.kind === "anchor") return anchorHolds(this.text, node.anchor, node.multiline, at);
    return (this.#marksOf(node)[at] === 1) !== node.negative;
  }

  /** Finds the places of all lookarounds, those within others BEFORE these. */
  *prepare(node: RegexNode): Steps<void> {
    for (const child of childrenOf(node)) yield* this.prepare(child);
    if (node.kind === "look") yield* this.#mark(node);
  }

  #marksOf(look: Look): Uint8Array {
    return this.#marks.get(look) ?? toEnd(this.#mark(look));
  }

  *#mark(look: Look): Steps<Uint8Array> {
    const known = this.#marks.get(look);
    if (known !== undefined) return known;
    const marks = new Uint8Array(this.text.length + 1);
    yield* automatonOf(look).mark(this, marks);
    this.#marks.set(look, marks);
    return marks;
  }
}

function isWord(text: string, at: number): boolean {
  return at >= 0 && at < text.length && setHas(WORD, text.charCodeAt(at));
}

const NEWLINE = 10;

function anchorHolds(text: string, anchor: Anchor, multiline: boolean, at: number): boolean {
  switch (anchor) {
    case "start":
      return at === 0 || (multiline && text.charCodeAt(at - 1) === NEWLINE);
    case "end":
      return at === text.length || (multiline && text.charCodeAt(at) === NEWLINE);
    case "wordStart":
      return !isWord(text, at - 1) && isWord(text, at);
    case "wordEnd":
      return isWord(text, at - 1) && !isWord(text, at);
    case "word":
      return isWord(text, at - 1) !== isWord(text, at);
    case "notWord":
      return isWord(text, at - 1) === isWord(text, at);
  }
}
