/** Plays one psql script on both sides and counts the statements with the same answer. */
import { stepsOf } from "./psql-script.ts";
import type { ScriptStep } from "./psql-script.ts";
import type { Answer, RegressSession } from "./regress-session.ts";
import { Absence } from "./regress-absence.ts";
import { Consequences } from "./regress-consequences.ts";
import { isOrdered } from "./script.ts";

export interface Disagreement {
  readonly line: number;
  readonly sql: string;
  readonly mine: readonly string[];
  readonly truth: readonly string[];
  /** Line of the statement whose failure this one follows from. */
  readonly cause: number | undefined;
}

export interface ScriptScore {
  readonly counted: number;
  readonly equal: number;
  readonly disagreements: readonly Disagreement[];
}

const LINES_SHOWN_MAX = 12;

/** The databases of both sides have names of their own. */
function withoutDatabase(text: string): string {
  return text.replaceAll(/\bregress_own\b/gu, "postgres");
}

function linesOf(answer: Answer, ordered: boolean): readonly string[] {
  const rows = answer.rows.map((row) =>
    withoutDatabase(`row ${row.map((each) => each ?? "NULL").join(" | ")}`),
  );
  // Columns may be announced before an error or not: what the planner folds decides it.
  const failed = answer.lines.some((line) => line.startsWith("error "));
  const lines = failed ? answer.lines.filter((line) => line.startsWith("error ")) : answer.lines;
  return [...lines, ...(failed ? [] : ordered ? rows : rows.toSorted())];
}

/** The text of errors is shown, but the code decides. */
function comparable(lines: readonly string[]): string {
  return lines.map((line) => line.replace(/^(error .....):[\s\S]*$/u, "$1")).join("\n");
}

const ORDER_BY =
  /\border\s+by\s+((?:[^()]|\([^()]*\))*?)(?:\blimit\b.*|\boffset\b.*|\bfetch\b.*)?$/isu;

/** Output columns by which the statement orders its rows; undefined when they cannot be told. */
function orderColumns(sql: string, { columnNames }: Answer): readonly number[] | undefined {
  const list = ORDER_BY.exec(sql.trim())?.[1];
  if (list === undefined) return undefined;
  const keys = list.split(",").map((key) => key.trim().toLowerCase().split(/\s+/u)[0] ?? "");
  const found = keys.map((key) =>
    /^\d+$/u.test(key)
      ? Number(key) - 1
      : columnNames.indexOf((key.split(".").at(-1) ?? key).replaceAll('"', "")),
  );
  return found.includes(-1) ? undefined : found;
}

/** The order of rows with equal keys is nobody's promise. */
function differsInTiesOnly(sql: string, mine: Answer, truth: Answer): boolean {
  const same = comparable(linesOf(mine, false)) === comparable(linesOf(truth, false));
  const columns = orderColumns(sql, truth);
  if (!same || columns === undefined) return same && truth.rows.length > 0;
  const keysOf = ({ rows }: Answer): string =>
    rows.map((row) => columns.map((at) => row[at]).join("\u0000")).join("\n");
  return keysOf(mine) === keysOf(truth);
}

class ScriptPlayer {
  readonly #sides: readonly [RegressSession, RegressSession];
  readonly disagreements: Disagreement[] = [];
  counted = 0;
  readonly #absence: Absence;
  readonly #consequences = new Consequences();
  /** Whether each enclosing \if holds. */
  readonly #conditions: boolean[] = [];

  constructor(ours: RegressSession, theirs: RegressSession, absence: Absence) {
    this.#sides = [ours, theirs];
    this.#absence = absence;
  }

  async play(step: ScriptStep): Promise<void> {
    if (step.kind === "command") await this.#command(step.name, step.words);
    else if (this.#conditions.every(Boolean)) await this.#statement(step);
  }

  async #command(name: string, words: string): Promise<void> {
    const [first = "", ...rest] = words.split(/\s+/u);
    if (name === "if") this.#conditions.push(!["", "0", "false", "off"].includes(first));
    else if (name === "else") this.#conditions.push(!this.#conditions.pop());
    else if (name === "endif") this.#conditions.pop();
    else if (!this.#conditions.every(Boolean)) return;
    else if (name === "set") this.#set(first, rest);
    else if (name === "unset") this.#sides.forEach((side) => side.variables.delete(first));
    else if (name === "c") await Promise.all(this.#sides.map((side) => side.reconnect()));
  }

  #set(name: string, words: readonly string[]): void {
    for (const { variables } of this.#sides) {
      const values = words.map((word) => {
        if (word.startsWith("'")) return word.slice(1, -1);
        return word.startsWith(":") ? (variables.get(word.slice(1)) ?? word) : word;
      });
      variables.set(name, values.join(""));
    }
  }

  async #statement(step: Extract<ScriptStep, { kind: "statement" }>): Promise<void> {
    const [ours, theirs] = this.#sides;
    const [mine, truth] = await Promise.all([ours.run(step), theirs.run(step)]);
    if (step.ending.startsWith("gset")) this.#keep([mine, truth], step.ending);
    if (step.ending.startsWith("gexec")) await this.#execute(step, truth);
    const cause = this.#consequences.causeOf(step, mine.lines, truth.lines);
    if (!this.#absence.isCounted(step.sql, mine.lines, truth.lines)) return;
    this.counted++;
    const ordered = isOrdered(step.sql);
    const [myLines, trueLines] = [linesOf(mine, ordered), linesOf(truth, ordered)];
    if (comparable(myLines) === comparable(trueLines)) return;
    if (ordered && differsInTiesOnly(step.sql, mine, truth)) return;
    this.disagreements.push({
      line: step.line,
      sql: step.sql,
      mine: shown(myLines, trueLines),
      truth: shown(trueLines, myLines),
      cause,
    });
  }

  #keep(answers: readonly Answer[], ending: string): void {
    const prefix = ending.slice("gset".length).trim();
    this.#sides.forEach(({ variables }, side) => {
      const answer = answers[side];
      answer?.columnNames.forEach((name, i) => {
        variables.set(prefix + name, answer.rows[0]?.[i] ?? "");
      });
    });
  }

  async #execute(step: Extract<ScriptStep, { kind: "statement" }>, truth: Answer): Promise<void> {
    for (const sql of truth.rows.flat()) {
      if (sql === null) continue;
      await this.#statement({ ...step, sql, ending: "", copyData: undefined });
    }
  }
}

/** The first lines, then those that the other side has not. */
function shown(lines: readonly string[], others: readonly string[]): readonly string[] {
  if (lines.length <= LINES_SHOWN_MAX) return lines;
  const known = new Set(others);
  const own = lines.filter((line) => !known.has(line)).slice(0, LINES_SHOWN_MAX);
  return [...lines.slice(0, 2), `... ${lines.length} lines, of which only here:`, ...own];
}

export async function compareScript(
  text: string,
  ours: RegressSession,
  theirs: RegressSession,
  /** What is absent already, from the script that set the databases up. */
  absence: Absence = new Absence(),
): Promise<ScriptScore> {
  const player = new ScriptPlayer(ours, theirs, absence);
  for (const step of stepsOf(text)) await player.play(step);
  const { counted, disagreements } = player;
  return { counted, equal: counted - disagreements.length, disagreements };
}
