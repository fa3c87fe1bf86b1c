/** Serves the control plane's API on loopback. */
import type { Log } from "@firstlight/common";
import type { HttpListener } from "../adapters/http-listener.ts";
import { listenHttp } from "../adapters/http-listener.ts";
import type { ClusterRegistry } from "../control-plane/cluster-registry.ts";
import type { ApiResponse } from "../control-plane/router.ts";
import { answerRequest } from "../control-plane/router.ts";
import type { OfferedTls } from "./tls.ts";

export const CONTROL_HOST = "127.0.0.1";

/** A page of the web that a browser shows here must not change anything. */
const FOR_NO_PAGE: ApiResponse = {
  status: 403,
  headers: { "content-type": "application/json", "x-amzn-errortype": "AccessDeniedException" },
  body: JSON.stringify({ message: "Requests of browsers are not answered." }),
};

/** Rejects with Node's error when the port cannot be had. */
export function serveControlPlane(
  registry: ClusterRegistry,
  port: number,
  { tls, log }: { readonly tls: OfferedTls | undefined; readonly log: Log },
): Promise<HttpListener> {
  return listenHttp({ host: CONTROL_HOST, port }, tls?.server, (request) => {
    if (request.headers["origin"] !== undefined) return FOR_NO_PAGE;
    try {
      return answerRequest(registry, request);
    } catch (error) {
      log.error("the control plane could not answer", { error, target: request.target });
      throw error;
    }
  });
}
