/**
 * Double entry: a journal entry takes from one account what it gives to another, and makes a posting
 * to each. Balances are added to without conflict (intent D) or settled from what was read. Postings
 * stand by themselves, under the number of their entry, or in the statement of their account, whose
 * lines are numbered without gaps and chained by a hash of the line before: two that append to one
 * statement conflict. In every snapshot the balances have their total, each balance is the sum of
 * its postings, each chain is whole, and an entry has exactly its two postings. No entry that was
 * acknowledged is ever missing.
 */
import type { Key } from "@firstlight/common";
import { KEY_MAX, KEY_MIN, keyFromLatin1 } from "@firstlight/common";
import { rowDecoder, rowEncoder } from "@firstlight/sql";
import type { Evidence } from "../checkers/evidence.ts";
import type { Findings } from "../checkers/violation.ts";
import type { RecordedTransaction } from "../history/recorded-transaction.ts";
import type { StepContext, Workload } from "./workload.ts";
import { pickNumbers, tableOfKey, workloadKey } from "./workload.ts";

const ACCOUNTS = 4;
const START = 1_000n;
const INT8 = 20;
const WHOLE_SPACE = { start: KEY_MIN, end: KEY_MAX };
const encode = rowEncoder([INT8]);
const decode = rowDecoder([INT8]);

type Entries = Iterable<readonly [key: string, value: string]>;

interface Line {
  readonly number: number;
  readonly entry: string;
  readonly change: bigint;
  readonly hash: number;
}

const BEFORE_FIRST: Line = { number: 0, entry: "", change: 0n, hash: 0 };

const balance = (account: number): Key => workloadKey("balance", account);
const entryKey = (number: number): Key => workloadKey("entry", number);

/** A statement is in one piece: accounts, not lines, lie in both halves of the key space. */
const statement = (account: number): string =>
  `${account % 2 === 0 ? "\x10" : "\x90"}\0line${account}`;

const lineKey = (account: number, number: number): Key =>
  keyFromLatin1(`${statement(account)}.${String(number).padStart(6, "0")}`);

/** Of a posting by itself: nobody else writes it. */
const postingKey = (account: number, entry: string): Key =>
  workloadKey(`posting${account}.`, Number(entry));

function rowOf(value: bigint): string {
  return encode([value]).toString("latin1");
}

function valueOf(row: string): bigint {
  return decode(Buffer.from(row, "latin1"))[0] as bigint;
}

/** FNV-1a: what matters is that a line depends on all lines before. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  }
  return hash;
}

function nextLine(last: Line, entry: string, change: bigint): Line {
  const number = last.number + 1;
  return { number, entry, change, hash: hashOf(`${last.hash} ${number} ${entry} ${change}`) };
}

function encodeLine({ number, entry, change, hash }: Line): string {
  return `${number} ${entry} ${change} ${hash}`;
}

function decodeLine(value: string): Line {
  const [number = "", entry = "", change = "0", hash = ""] = value.split(" ");
  return { number: Number(number), entry, change: BigInt(change), hash: Number(hash) };
}

async function lastLine(transaction: RecordedTransaction, account: number): Promise<Line> {
  const start = keyFromLatin1(`${statement(account)}.`);
  const lines = await transaction.scan({ start, end: keyFromLatin1(`${statement(account)}/`) });
  const last = lines.at(-1);
  return last === undefined ? BEFORE_FIRST : decodeLine(last[1]);
}

async function post(transaction: RecordedTransaction, context: StepContext): Promise<void> {
  const { random } = context;
  const [from, to] = pickNumbers(random, 2, ACCOUNTS);
  if (from === undefined || to === undefined) return;
  const isInStatement = random.chance(0.4);
  const last = (account: number): Promise<Line> | Line =>
    isInStatement ? lastLine(transaction, account) : BEFORE_FIRST;
  const before = [await last(from), await last(to)] as const;
  const settles = random.chance(0.2);
  const [left, right] = settles ? await transaction.read([balance(from), balance(to)]) : [];
  await context.pause();
  const amount = left === undefined ? BigInt(random.between(1, 50)) : valueOf(left) / 2n;
  const entry = String(context.unique());
  transaction.put(entryKey(Number(entry)), `${from} ${to} ${amount}`);
  const postings = [
    [from, before[0], -amount, left],
    [to, before[1], amount, right],
  ] as const;
  for (const [account, previous, change, read] of postings) {
    const line = nextLine(previous, entry, change);
    const key = isInStatement ? lineKey(account, line.number) : postingKey(account, entry);
    transaction.put(key, encodeLine(line));
    if (read === undefined) await transaction.add(balance(account), change);
    else transaction.put(balance(account), rowOf(valueOf(read) + change), "update");
  }
}

/** What is wrong with an account's statement is told. */
function checkChain(account: number, lines: readonly Line[], wrong: (what: string) => void): void {
  let last = BEFORE_FIRST;
  for (const line of lines) {
    const expected = nextLine(last, line.entry, line.change);
    if (line.number !== expected.number) wrong(`line ${expected.number} of ${account} is missing`);
    else if (line.hash !== expected.hash) wrong(`line ${line.number} of ${account} is not chained`);
    last = line;
  }
}

interface Books {
  readonly balances: ReadonlyMap<number, bigint>;
  readonly statements: readonly (readonly Line[])[];
  /** By account, those of statements among them. */
  readonly postings: readonly (readonly Line[])[];
  readonly entries: readonly string[];
}

function booksOf(stored: Entries): Books {
  const balances = new Map<number, bigint>();
  const statements: Line[][] = Array.from({ length: ACCOUNTS }, () => []);
  const postings: Line[][] = Array.from({ length: ACCOUNTS }, () => []);
  const entries: string[] = [];
  for (const [key, value] of stored) {
    const [, kind, account] = /^(balance|entry|line|posting)(\d)?/u.exec(tableOfKey(key)) ?? [];
    const number = Number(tableOfKey(key).slice(-4));
    if (kind === "balance") balances.set(number, valueOf(value));
    else if (kind === "entry") entries.push(String(number));
    else if (kind !== undefined) {
      const line = decodeLine(value);
      postings[Number(account)]?.push(line);
      if (kind === "line") statements[Number(account)]?.push(line);
    }
  }
  return { balances, statements, postings, entries };
}

function checkBooks(stored: Entries, when: string, findings: Findings): void {
  const wrong = (what: string): void => findings.add("ledger", `${when}: ${what}`);
  const { balances, statements, postings, entries } = booksOf(stored);
  /** What the journal has, less what the accounts have of it. */
  const open = new Map(entries.map((entry) => [entry, 2]));
  for (let account = 0; account < ACCOUNTS; account++) {
    checkChain(account, statements[account] ?? [], wrong);
    let sum = START;
    for (const { entry, change } of postings[account] ?? []) {
      sum += change;
      open.set(entry, (open.get(entry) ?? 0) - 1);
    }
    if (balances.get(account) === sum) continue;
    wrong(`the balance of ${account} is ${balances.get(account)}, its postings come to ${sum}`);
  }
  const total = [...balances.values()].reduce((sum, each) => sum + each, 0n);
  if (total !== START * BigInt(ACCOUNTS)) wrong(`the total is ${total}`);
  const half = [...open].find(([, left]) => left !== 0);
  if (half !== undefined) wrong(`entry ${half[0]} has not exactly two postings`);
}

export const ledger: Workload = {
  name: "ledger",

  setup(transaction) {
    for (let i = 0; i < ACCOUNTS; i++) transaction.put(balance(i), rowOf(START));
  },

  async step(transaction, context) {
    if (context.random.chance(0.8)) await post(transaction, context);
    else await transaction.scan(WHOLE_SPACE);
  },

  check({ history, logs, finalSnapshot }: Evidence, findings: Findings) {
    for (const attempt of history.attempts) {
      const { outcome, scans, writes, number } = attempt;
      const [scan] = scans;
      if (number > 1 && scan?.span === WHOLE_SPACE) {
        checkBooks(scan.entries, `in ${attempt.describe()}`, findings);
      }
      if (outcome.kind !== "committed") continue;
      const stored = logs.entriesAt(WHOLE_SPACE, outcome.timestamp);
      checkBooks(stored, `after ${attempt.describe()}`, findings);
      for (const [key, value] of writes) {
        const isEntry = tableOfKey(key).startsWith("entry");
        if (!isEntry || logs.versionAt(key, finalSnapshot)?.value === value) continue;
        findings.add("ledger", `at the end an entry of ${attempt.describe()} is missing`);
      }
    }
    checkBooks(logs.entriesAt(WHOLE_SPACE, finalSnapshot), "at the end", findings);
  },
};
