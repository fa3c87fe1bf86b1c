/** Serves the control plane's API on loopback. */
import type { Log } from "@firstlight/common";
import type { HttpListener } from "../adapters/http-listener.ts";
import { listenHttp } from "../adapters/http-listener.ts";
import type { ClusterRegistry } from "../control-plane/cluster-registry.ts";
import { answerRequest } from "../control-plane/router.ts";
import type { OfferedTls } from "./tls.ts";

export const CONTROL_HOST = "127.0.0.1";

/** Rejects with Node's error when the port cannot be had. */
export function serveControlPlane(
  registry: ClusterRegistry,
  port: number,
  { tls, log }: { readonly tls: OfferedTls | undefined; readonly log: Log },
): Promise<HttpListener> {
  return listenHttp({ host: CONTROL_HOST, port }, tls?.server, (request) => {
    try {
      return answerRequest(registry, request);
    } catch (error) {
      log.error("the control plane could not answer", { error, target: request.target });
      throw error;
    }
  });
}
