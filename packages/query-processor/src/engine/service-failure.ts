/** Failures of services as users see them. */
import { SqlError, isServiceError } from "@firstlight/common";

/** The SqlError for a service's failure; anything else unchanged. */
export function userError(error: unknown): unknown {
  if (!isServiceError(error)) return error;
  switch (error.kind) {
    case "horizon":
      return new SqlError("72000", "snapshot too old", {
        detail: error.message,
        hint: "Retry the transaction; keep transactions shorter than the retention, or start the server with a longer one (--retention).",
        cause: error,
      });
    case "overloaded":
      return new SqlError("53000", "the cluster is overloaded", {
        detail: error.message,
        hint: "Retry after a short wait.",
        cause: error,
      });
    case "full":
      return new SqlError("53100", "could not commit: No space left on device", {
        detail: error.message,
        hint: "Check free disk space.",
        cause: error,
      });
    case "damaged":
      return new SqlError("XX001", "could not read stored data: a record is damaged", {
        detail: `${error.message.charAt(0).toUpperCase()}${error.message.slice(1)}.`,
        hint: "pg_relation_filenode tells which table has a storage number. Restore a backup.",
        cause: error,
      });
    case "staleCatalog":
      return new SqlError("40001", "schema has been updated by another transaction (OC001)", {
        hint: "Retry the transaction.",
        cause: error,
      });
    case "fenced":
    case "moved":
    case "unavailable":
      return new SqlError("57P03", "a part of the cluster is unavailable", {
        detail: error.message,
        hint: "Retry after a short wait.",
        cause: error,
      });
  }
}

export function rethrowForUser(error: unknown): never {
  throw userError(error);
}
