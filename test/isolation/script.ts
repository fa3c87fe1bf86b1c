/**
 * Isolation scripts: named sessions whose steps run one after the other in the order of the file,
 * each with the answer that it must get. See README.md for the form.
 */
export interface Step {
  readonly session: string;
  /** What it sends; undefined: the answer to what it sent before, or its notifications. */
  readonly sql: string | undefined;
  readonly kind: "statement" | "answer" | "notifications";
  readonly expected: readonly string[];
  readonly line: number;
}

export interface Case {
  readonly title: string;
  readonly setup: readonly string[];
  readonly steps: readonly Step[];
}

const STEP = /^(\w+)(?:> (.+)|(<)|(!))$/u;

interface MutableCase {
  title: string;
  setup: string[];
  steps: (Step & { readonly expected: string[] })[];
}

function addLine(file: string, current: MutableCase, line: string, number: number): void {
  const step = STEP.exec(line);
  if (step !== null) {
    const [, session = "", sql, answer] = step;
    const kind =
      sql !== undefined ? "statement" : answer !== undefined ? "answer" : "notifications";
    current.steps.push({ session, sql, kind, expected: [], line: number });
  } else if (/^\s+\S/u.test(line)) {
    const last = current.steps.at(-1);
    if (last === undefined) throw new Error(`${file}:${number}: an answer without a step`);
    last.expected.push(line.trim());
  } else {
    throw new Error(`${file}:${number}: neither a step nor an answer: ${line}`);
  }
}

export function parseScript(file: string, text: string): readonly Case[] {
  const cases: MutableCase[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = raw.trimEnd();
    if (line === "" || line.startsWith("#")) continue;
    if (line.startsWith("case ")) {
      cases.push({ title: line.slice("case ".length), setup: [], steps: [] });
      continue;
    }
    const current = cases.at(-1);
    if (current === undefined) throw new Error(`${file}:${index + 1}: a step before any case`);
    if (line.startsWith("setup> ")) current.setup.push(line.slice("setup> ".length));
    else addLine(file, current, line, index + 1);
  }
  const silent = cases.flatMap((each) => each.steps).find((step) => step.expected.length === 0);
  if (silent !== undefined) throw new Error(`${file}:${silent.line}: a step without an answer`);
  return cases;
}
