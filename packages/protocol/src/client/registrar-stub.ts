/** The registrar in another process. */
import type { Registrar, RegistrarReplies, RegistrarRequest } from "@firstlight/common";
import { malformed } from "../convert/adjudicator.ts";
import type { RpcClient } from "../rpc/rpc-client.ts";

export class RegistrarStub implements Registrar {
  readonly #client: RpcClient;

  constructor(client: RpcClient) {
    this.#client = client;
  }

  async call<R extends RegistrarRequest>(request: R): Promise<RegistrarReplies[R["kind"]]> {
    const body = JSON.stringify(request);
    const frame = await this.#client.call({ registrar: { body } }, body.length);
    if (!frame.registrarReply) throw malformed("answer of the registrar");
    return JSON.parse(frame.registrarReply.body) as RegistrarReplies[R["kind"]];
  }
}
