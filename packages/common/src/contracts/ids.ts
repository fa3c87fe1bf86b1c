/** Identities that services exchange. */
declare const logBrand: unique symbol;
declare const transactionBrand: unique symbol;

/** Names one adjudicator's log, and thereby the adjudicator: "a1". */
export type LogId = string & { readonly [logBrand]: "LogId" };

/** Globally unique, 32 lower-case hexadecimal digits, made by the query processor. */
export type TransactionId = string & { readonly [transactionBrand]: "TransactionId" };

export function logId(text: string): LogId {
  return text as LogId;
}

export function transactionId(text: string): TransactionId {
  return text as TransactionId;
}
