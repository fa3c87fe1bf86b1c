/** What another process knows of the directory. */
import type { DirectoryNews, DirectorySource } from "@firstlight/common";
import { malformed } from "../convert/adjudicator.ts";
import { fromNews, toNews } from "../convert/directory.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";

export class DirectoryStub implements DirectorySource {
  readonly #client: RpcClient;

  constructor(client: RpcClient) {
    this.#client = client;
  }

  async exchange(news: DirectoryNews): Promise<DirectoryNews> {
    const frame = await this.#client.call({ directory: toNews(news) });
    if (!frame.directoryReply) throw malformed("answer of the directory");
    return fromNews(frame.directoryReply);
  }
}
