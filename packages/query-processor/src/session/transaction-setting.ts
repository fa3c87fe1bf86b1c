/** The settings that are characteristics of the transaction: they live in its block. */
import type { TransactionBlock } from "./transaction-block.ts";

/** Undefined: it is none of them. */
export function transactionSetting(
  { block }: { readonly block: TransactionBlock },
  name: string,
): string | undefined {
  const { characteristics } = block;
  switch (name.toLowerCase()) {
    case "transaction_isolation":
      return characteristics.isolation;
    case "transaction_read_only":
      return characteristics.readOnly ? "on" : "off";
    case "transaction_deferrable":
      return characteristics.deferrable ? "on" : "off";
    default:
      return undefined;
  }
}
