/** Between the directory's contract and its messages. */
import type { DirectoryNews, Serving } from "@firstlight/common";
import { logId } from "@firstlight/common";
import type {
  DirectoryExchange,
  DirectoryExchange__Output,
} from "../gen/firstlight/v1/DirectoryExchange.ts";
import type { Serving__Output } from "../gen/firstlight/v1/Serving.ts";

export function fromServing({ log, epoch, member }: Serving__Output): Serving {
  return { log: logId(log), epoch, member };
}

export function toNews({ known, member, serves }: DirectoryNews): DirectoryExchange {
  return { known: [...known], member, serves: [...serves] };
}

export function fromNews({ known, member, serves }: DirectoryExchange__Output): DirectoryNews {
  return { known: known.map(fromServing), member, serves: serves.map(logId) };
}
