/** Refused forms of transaction control. */
import { fieldIs } from "../rule.ts";
import type { Rule } from "../rule.ts";

const SEEN = { sqlstate: "0A000", source: "GOLD", observed: "2026-09-18" } as const;

export const TRANSACTION_RULES: readonly Rule[] = [
  {
    id: "savepoint",
    refuses: "SAVEPOINT",
    statements: ["TransactionStmt"],
    text: "unsupported transaction statement: SAVEPOINT",
    find: fieldIs("kind", "TRANS_STMT_SAVEPOINT"),
    refused: ["SAVEPOINT a", ["BEGIN", "SAVEPOINT a"]],
    accepted: ["BEGIN"],
    ...SEEN,
  },
];
