/** A storage replica in another process. */
import type {
  PointRead,
  ScanPage,
  ScanRequest,
  Storage,
  Lag,
  StorageStatus,
} from "@firstlight/common";
import { malformed } from "../convert/adjudicator.ts";
import { fromPage, fromReadReply, fromStatus, toRead, toScan } from "../convert/storage.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";

export class StorageStub implements Storage {
  readonly #client: RpcClient;

  constructor(client: RpcClient) {
    this.#client = client;
  }

  get lag(): Lag | undefined {
    return this.#client.lag;
  }

  async read(request: PointRead): Promise<readonly (Uint8Array | undefined)[]> {
    const frame = await this.#client.call({ read: toRead(request) });
    if (!frame.readReply) throw malformed("answer to read");
    return fromReadReply(frame.readReply);
  }

  async scan(request: ScanRequest): Promise<ScanPage> {
    const frame = await this.#client.call({ scan: toScan(request) });
    if (!frame.scanReply) throw malformed("answer to scan");
    return fromPage(frame.scanReply, request.withKeys);
  }

  async status(): Promise<StorageStatus> {
    const frame = await this.#client.call({ status: {} });
    if (!frame.statusReply) throw malformed("answer to status");
    return fromStatus(frame.statusReply);
  }
}
