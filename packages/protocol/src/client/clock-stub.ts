/** The clock of another process. */
import type { ClockBound, ClockSource } from "@firstlight/common";
import { timestamp } from "@firstlight/common";
import { malformed } from "../convert/adjudicator.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";

export class ClockStub implements ClockSource {
  readonly #client: RpcClient;

  constructor(client: RpcClient) {
    this.#client = client;
  }

  async reading(): Promise<ClockBound> {
    const { clockReply } = await this.#client.call({ clock: {} });
    if (!clockReply) throw malformed("answer to clock");
    return { earliest: timestamp(clockReply.earliest), latest: timestamp(clockReply.latest) };
  }
}
