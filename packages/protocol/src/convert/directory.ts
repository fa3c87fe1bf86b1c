/** Between the directory's contract and its messages. */
import type { DirectoryNews, Serving } from "@firstlight/common";
import { decodeRangeMap, encodeRangeMap, logId } from "@firstlight/common";
import type {
  DirectoryExchange,
  DirectoryExchange__Output,
} from "../gen/firstlight/v1/DirectoryExchange.ts";
import type { Serving__Output } from "../gen/firstlight/v1/Serving.ts";

export function fromServing({ log, epoch, member }: Serving__Output): Serving {
  return { log: logId(log), epoch, member };
}

export function toNews(news: DirectoryNews): DirectoryExchange {
  const { known, seats, member, serves, ranges, loads = [] } = news;
  return {
    known: [...known],
    seats: [...seats],
    member,
    serves: [...serves],
    ranges: encodeRangeMap(ranges),
    loads: [...loads],
  };
}

export function fromNews(news: DirectoryExchange__Output): DirectoryNews {
  const { known, seats, member, serves, ranges, loads } = news;
  return {
    known: known.map(fromServing),
    seats: seats.map(({ place, generation, address }) => ({ place, generation, address })),
    member,
    serves: serves.map(logId),
    ranges: decodeRangeMap(ranges),
    loads: loads.map(({ log, commits }) => ({ log: logId(log), commits })),
  };
}
