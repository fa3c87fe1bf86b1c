/**
 * One statement as libpg-query parsed it: PostgreSQL's raw parse tree as JSON. Nothing below the
 * binder sees it.
 */

/** A node is an object with one property, the node's tag: { SelectStmt: {...} }. */
export type ParseNode = Readonly<Record<string, unknown>>;

export interface ParsedStatement {
  /** Tag of the statement's node: "SelectStmt", "TransactionStmt", "CreateStmt" ... */
  readonly tag: string;
  /** The fields below that tag. */
  readonly node: ParseNode;
  /** The whole text that the client sent; positions refer to it. */
  readonly source: string;
  /** This statement's own text within it. */
  readonly text: string;
  /** A cursor's query: its rows carry the keys of what they come from, for WHERE CURRENT OF. */
  readonly keepsRowKeys?: boolean;
  /**
   * Set when literals of the text were replaced by parameters: `node` is that of the replaced text.
   * `exact` is the statement as written.
   */
  readonly normalized?: {
    readonly key: string;
    readonly literals: readonly {
      readonly kind: "integer" | "bigint" | "decimal" | "string";
      readonly text: string;
    }[];
    exact(): ParsedStatement;
  };
}
