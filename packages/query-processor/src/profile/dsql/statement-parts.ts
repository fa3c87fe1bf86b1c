/** The parts of a statement that rules look for, found in one walk, however deep they stand. */
import type { ParseNode } from "../../parse/parsed-statement.ts";

const LOOKED_FOR = [
  "FuncCall",
  "LockingClause",
  "MergeStmt",
  "RangeTableSample",
  "TypeCast",
  "InsertStmt",
  "UpdateStmt",
  "DeleteStmt",
] as const;

export type PartTag = (typeof LOOKED_FOR)[number];

type Parts = ReadonlyMap<PartTag, readonly ParseNode[]>;

const known = new WeakMap<ParseNode, Parts>();

function isObject(value: unknown): value is ParseNode {
  return typeof value === "object" && value !== null;
}

function walk(root: ParseNode): Parts {
  const parts = new Map<PartTag, ParseNode[]>(LOOKED_FOR.map((tag) => [tag, []]));
  const open: ParseNode[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const name in node) {
      const value = node[name];
      if (!isObject(value)) continue;
      parts.get(name as PartTag)?.push(value);
      open.push(value);
    }
  }
  return parts;
}

/** The fields of all nodes of that tag. */
export function partsOf(root: ParseNode, tag: PartTag): readonly ParseNode[] {
  let parts = known.get(root);
  if (parts === undefined) {
    parts = walk(root);
    known.set(root, parts);
  }
  return parts.get(tag) ?? [];
}
