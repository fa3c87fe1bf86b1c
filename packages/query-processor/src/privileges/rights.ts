/** Rights as bits (AclMode): which there are, which kinds of objects have them, their letters. */
import { SqlError } from "@firstlight/common";

export const RIGHT = {
  insert: 1,
  select: 2,
  update: 4,
  delete: 8,
  truncate: 16,
  references: 32,
  trigger: 64,
  execute: 128,
  usage: 256,
  create: 512,
  temporary: 1024,
  connect: 2048,
  set: 4096,
  alterSystem: 8192,
} as const;

const NAMES: Readonly<Record<string, number>> = {
  insert: RIGHT.insert,
  select: RIGHT.select,
  update: RIGHT.update,
  delete: RIGHT.delete,
  truncate: RIGHT.truncate,
  references: RIGHT.references,
  trigger: RIGHT.trigger,
  execute: RIGHT.execute,
  usage: RIGHT.usage,
  create: RIGHT.create,
  temporary: RIGHT.temporary,
  temp: RIGHT.temporary,
  connect: RIGHT.connect,
  set: RIGHT.set,
  "alter system": RIGHT.alterSystem,
};

const LETTERS = "arwdDxtXUCTcsA";
const OPTION_BITS = 16;
const RIGHT_BITS = 0xffff;

export function rightNamed(name: string): number {
  const right = NAMES[name];
  if (right !== undefined) return right;
  throw new SqlError("42601", `unrecognized privilege type "${name}"`);
}

/** As errors name it. */
export function nameOfRight(right: number): string {
  const found = Object.entries(NAMES).find(([, bit]) => bit === right);
  return (found?.[0] ?? "").toUpperCase();
}

/** The lowest of several rights. */
export function firstRight(rights: number): number {
  return rights & -rights;
}

export function optionFor(rights: number): number {
  return rights << OPTION_BITS;
}

export function rightsOf(mode: number): number {
  return mode & RIGHT_BITS;
}

/** The rights that a mode holds grant options for. */
export function optionsOf(mode: number): number {
  return (mode >>> OPTION_BITS) & RIGHT_BITS;
}

export function lettersOf(mode: number): string {
  let text = "";
  for (let bit = 0; bit < LETTERS.length; bit++) {
    if ((mode & (1 << bit)) === 0) continue;
    text += LETTERS.charAt(bit);
    if ((optionsOf(mode) & (1 << bit)) !== 0) text += "*";
  }
  return text;
}

/** The mode that these letters, without grant options, stand for. */
export function modeOf(letters: string): number {
  let mode = 0;
  for (const letter of letters) mode |= 1 << LETTERS.indexOf(letter);
  return mode;
}

/** Kinds of objects that have access lists, in the words of messages. */
export type AclKind =
  | "column"
  | "table"
  | "sequence"
  | "database"
  | "function"
  | "language"
  | "schema"
  | "type"
  | "tablespace"
  | "largeObject";

export const ALL_RIGHTS: Readonly<Record<AclKind, number>> = {
  column: RIGHT.insert | RIGHT.select | RIGHT.update | RIGHT.references,
  table: 127,
  sequence: RIGHT.usage | RIGHT.select | RIGHT.update,
  database: RIGHT.create | RIGHT.temporary | RIGHT.connect,
  function: RIGHT.execute,
  language: RIGHT.usage,
  schema: RIGHT.usage | RIGHT.create,
  type: RIGHT.usage,
  tablespace: RIGHT.create,
  largeObject: RIGHT.select | RIGHT.update,
};

/** What everybody may do with an object that nothing was granted on. */
export const PUBLIC_RIGHTS: Readonly<Record<AclKind, number>> = {
  column: 0,
  table: 0,
  sequence: 0,
  database: RIGHT.temporary | RIGHT.connect,
  function: RIGHT.execute,
  language: RIGHT.usage,
  schema: 0,
  type: RIGHT.usage,
  tablespace: 0,
  largeObject: 0,
};
