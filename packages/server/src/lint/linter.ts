/**
 * Finds out what a server of a profile refuses by running the statements on one, in memory. What is
 * refused and has an equivalent is run in that form instead: so an equivalent is known to work, and
 * what follows finds what it needs.
 *
 * A transaction that is refused for what it holds together is run again, statement by statement.
 */
import type { ParsedStatement, Rule } from "@firstlight/query-processor";
import { parse } from "@firstlight/query-processor";
import { SqlError } from "@firstlight/common";
import type { Finding } from "./finding.ts";
import { findRule } from "./find-rule.ts";
import type { Rewrite } from "./rewrite/rewrite.ts";
import { rewriteFor } from "./rewrite/rewrite-for.ts";
import type { Refusal, ScratchSession } from "./scratch-session.ts";
import type { FileStatement } from "./sql-file.ts";
import type { Remark, Translation } from "./mysql/translation.ts";
import { placeOf, statementsIn } from "./sql-file.ts";

export interface LintedFile {
  readonly findings: readonly Finding[];
  /** The file with all equivalents in place; undefined: there are none. */
  readonly fixed: string | undefined;
}

/** Whose SQL the files are in. */
export interface Dialect {
  statementsIn(text: string): readonly FileStatement[];
  /** In PostgreSQL's words. */
  translate(text: string): Translation;
  /** What stands between statements: blanks and comments. Undefined: it stays as it is. */
  readonly between?: (text: string) => string;
}

export const POSTGRESQL: Dialect = {
  statementsIn,
  translate: (text) => ({ statements: [text], remarks: [] }),
};

export interface LintOptions {
  /** Whether missing objects and such are findings too: what an empty server says as well. */
  readonly strict: boolean;
}

/** A change of the file. */
interface Change {
  readonly statement: FileStatement;
  readonly by: readonly string[];
}

/** Statements that a statement may become before its equivalent is given up. */
const STEPS_MAX = 40;
const RETRIES_MAX = 20;

const SPLITTING: ReadonlySet<string> = new Set(["multiple-ddl", "ddl-and-dml"]);

/** A statement that was refused for itself, whatever is there or not. */
function concerns({ sqlstate }: Refusal, rule: string | undefined): boolean {
  return (
    rule !== undefined || sqlstate === "0A000" || sqlstate === "42601" || sqlstate.startsWith("54")
  );
}

function parsed(text: string): ParsedStatement | undefined {
  try {
    return parse(text)[0];
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
}

type BlockEdge = "begin" | "commit" | "rollback" | undefined;

function edgeOf(statement: ParsedStatement | undefined): BlockEdge {
  if (statement?.tag !== "TransactionStmt") return undefined;
  switch (statement.node["kind"]) {
    case "TRANS_STMT_BEGIN":
    case "TRANS_STMT_START":
      return "begin";
    case "TRANS_STMT_COMMIT":
      return "commit";
    case "TRANS_STMT_ROLLBACK":
      return "rollback";
    default:
      return undefined;
  }
}

/** Of BEGIN ... COMMIT. */
interface Block {
  readonly begin: FileStatement;
  readonly ran: string[];
  /** Its statements run by themselves: it cannot be one transaction. */
  isSplit: boolean;
}

export class Linter {
  readonly #session: ScratchSession;
  readonly #rules: readonly Rule[];
  readonly #options: LintOptions;
  readonly #dialect: Dialect;

  constructor(
    session: ScratchSession,
    rules: readonly Rule[],
    options: LintOptions,
    dialect: Dialect = POSTGRESQL,
  ) {
    this.#session = session;
    this.#rules = rules;
    this.#options = options;
    this.#dialect = dialect;
  }

  /** Files follow each other on the same server, as migrations do. */
  async lint(file: string, text: string): Promise<LintedFile> {
    const run = new FileRun(file, text, this.#dialect.between);
    for (const statement of this.#dialect.statementsIn(text)) await this.#one(run, statement);
    if (this.#session.status !== "I") await this.#session.run("ROLLBACK");
    return { findings: run.findings, fixed: run.fixed() };
  }

  async #one(run: FileRun, statement: FileStatement): Promise<void> {
    const edge = edgeOf(parsed(statement.text));
    if (edge === "begin") return this.#begin(run, statement);
    if (edge !== undefined && run.block !== undefined) return this.#end(run, statement);
    await this.#run(run, statement);
  }

  async #begin(run: FileRun, statement: FileStatement): Promise<void> {
    await this.#run(run, statement);
    if (this.#session.status === "T") run.block = { begin: statement, ran: [], isSplit: false };
  }

  async #end(run: FileRun, statement: FileStatement): Promise<void> {
    const { block } = run;
    if (block?.isSplit !== true) {
      await this.#run(run, statement);
      if (this.#session.status === "I") run.block = undefined;
      return;
    }
    run.block = undefined;
    run.change(block.begin, []);
    run.change(statement, []);
  }

  /** Runs it, or what it is rewritten to; reports each refusal on the way. */
  async #run(run: FileRun, statement: FileStatement): Promise<void> {
    const { statements, remarks } = this.#dialect.translate(statement.text);
    const refusals = remarks.map((remark) => run.remark(statement, remark));
    if (statements === undefined) return run.giveUp(refusals, statement);
    const done: string[] = [];
    const notes: string[] = [];
    let work = statements;
    for (let step = 0; work.length > 0 && step < STEPS_MAX; step++) {
      const [text = "", ...rest] = work;
      const refusal = await this.#patiently(text);
      if (refusal === undefined) {
        done.push(text);
        if (run.block?.isSplit === false) run.block.ran.push(text);
        work = rest;
        continue;
      }
      const tree = parsed(text);
      const rule = findRule(this.#rules, refusal, tree)?.id;
      if (rule !== undefined && SPLITTING.has(rule) && run.block?.isSplit === false) {
        refusals.push(run.finding(statement, refusal, rule, text === statement.text));
        await this.#split(run.block);
        continue;
      }
      await this.#recover(run.block);
      const rewrite = tree && rewriteFor(rule, refusal, tree);
      if (rewrite === undefined && !this.#isFinding(refusal, rule)) {
        // It lacks something that is not in these files: whether it would run is not known.
        done.push(text);
        work = rest;
        continue;
      }
      refusals.push(run.finding(statement, refusal, rule, text === statement.text));
      if (rewrite === undefined) return run.giveUp(refusals, statement);
      if (rewrite.note !== undefined) notes.push(rewrite.note);
      work = [...rewrite.statements, ...rest];
    }
    if (refusals.length > 0) {
      run.reportFixed(refusals, statement, { statements: done, note: notes.join("; ") });
    } else run.settle(statement, done);
  }

  #isFinding(refusal: Refusal, rule: string | undefined): boolean {
    return this.#options.strict || concerns(refusal, rule);
  }

  /** What the block has run is run again, each statement for itself. */
  async #split(block: Block): Promise<void> {
    await this.#session.run("ROLLBACK");
    block.isSplit = true;
    for (const text of block.ran) await this.#patiently(text);
  }

  /** A refusal has failed the transaction: what came before it is run again. */
  async #recover(block: Block | undefined): Promise<void> {
    if (block === undefined || block.isSplit) return;
    await this.#session.run("ROLLBACK");
    await this.#session.run(block.begin.text);
    for (const text of block.ran) await this.#patiently(text);
  }

  /** Jobs change the schema meanwhile. */
  async #patiently(text: string): Promise<Refusal | undefined> {
    for (let attempt = 0; ; attempt++) {
      const refusal = await this.#session.run(text);
      const retries = refusal?.sqlstate === "40001" && this.#session.status === "I";
      if (!retries || attempt === RETRIES_MAX) return refusal;
    }
  }
}

/** The length of so many characters, which PostgreSQL counts. */
function charactersOf(text: string, count: number): number {
  let at = 0;
  for (let left = count; left > 0 && at < text.length; left--) {
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
  return at;
}

/** What was found in one file. */
class FileRun {
  readonly findings: Finding[] = [];
  readonly #changes: Change[] = [];
  readonly #file: string;
  readonly #text: string;
  block: Block | undefined;

  readonly #between: Dialect["between"];

  constructor(file: string, text: string, between: Dialect["between"]) {
    this.#file = file;
    this.#text = text;
    this.#between = between;
  }

  /** What has no equivalent stays; in a file of another dialect as a comment. */
  giveUp(findings: readonly Finding[], statement: FileStatement): void {
    this.findings.push(...findings);
    if (this.#between === undefined) return;
    const lines = [`not translated: ${findings.at(-1)?.message ?? ""}`, statement.text];
    this.change(statement, [`-- ${lines.join("\n").replaceAll("\n", "\n-- ")}\n`]);
  }

  /** It runs, as it is or in other words. */
  settle(statement: FileStatement, done: readonly string[]): void {
    const isSame = done.length === 1 && done[0] === statement.text;
    if (!isSame || this.#between !== undefined) this.change(statement, done);
  }

  change(statement: FileStatement, by: readonly string[]): void {
    this.#changes.push({ statement, by });
  }

  /** The last of them has the equivalent, unless it is in how its transaction is cut. */
  reportFixed(found: readonly Finding[], statement: FileStatement, fix: Rewrite): void {
    const others = found.slice(0, -1).map((each) => ({ ...each, fixable: true }));
    const last = found.at(-1);
    if (last === undefined) return;
    if (found.every(({ rule }) => SPLITTING.has(rule))) {
      const note = "each statement in a transaction of its own: leave BEGIN and COMMIT out";
      this.findings.push(...others, { ...last, fixable: true, note });
      return;
    }
    const note = fix.note === "" ? undefined : fix.note;
    this.findings.push(...others, { ...last, fixable: true, fix: fix.statements, note });
    this.change(statement, fix.statements);
  }

  /** `isWritten`: the position is one in the file's own text. */
  finding(
    statement: FileStatement,
    refusal: Refusal,
    rule: string | undefined,
    isWritten: boolean,
  ): Finding {
    const { sqlstate, message, hint, position } = refusal;
    const within = isWritten ? charactersOf(statement.text, (position ?? 1) - 1) : 0;
    const place = placeOf(this.#text, statement.start + within);
    const name = rule ?? `sqlstate-${sqlstate}`;
    return { file: this.#file, ...place, rule: name, sqlstate, message, hint, fixable: false };
  }

  remark(statement: FileStatement, { rule, message }: Remark): Finding {
    const place = placeOf(this.#text, statement.start);
    return { file: this.#file, ...place, rule, message, fixable: false };
  }

  fixed(): string | undefined {
    if (this.#changes.length === 0) return undefined;
    const between = this.#between ?? ((text: string): string => text);
    let result = "";
    let from = 0;
    for (const { statement, by } of this.#changes.toSorted(byStart)) {
      result += between(this.#text.slice(from, statement.start)) + by.join(";\n");
      from = this.#endOf(statement, by);
    }
    return result + between(this.#text.slice(from));
  }

  /** With the semicolon and the end of its line where nothing takes its place. */
  #endOf({ end }: FileStatement, by: readonly string[]): number {
    const isComment = by.at(-1)?.endsWith("\n") ?? false;
    if (by.length > 0 && !isComment) return end;
    return end + (/^\s*;?[ \t]*\n?/u.exec(this.#text.slice(end))?.[0].length ?? 0);
  }
}

function byStart(a: Change, b: Change): number {
  return a.statement.start - b.statement.start;
}
