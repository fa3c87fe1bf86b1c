/** What a server says once it accepts connections: lines to go on from. */
import { join, resolve } from "node:path";
import type { StartOptions } from "../command-line/options.ts";
import { endpointOf } from "../control-plane/cluster-name.ts";
import type { Access } from "./access.ts";
import { CONTROL_HOST } from "./control-plane.ts";

export interface StartedServer {
  readonly server: { readonly port: number };
  readonly access: Access;
  readonly controlPort: number | undefined;
}

/** How psql gets there though nobody resolves the host's name. */
function verified(host: string, options: StartOptions): string {
  const authority = options.tls.certificatePath ?? join(options.dataDirectory, "tls", "ca.crt");
  return `?hostaddr=${host}&sslmode=verify-full&sslrootcert=${resolve(authority)}`;
}

/** The last line is the one that says that it is ready. */
export function greeting(options: StartOptions, started: StartedServer): string {
  const { server, access, controlPort } = started;
  const { rules, registry } = access;
  const shown = options.host.includes(":") ? `[${options.host}]` : options.host;
  const user = registry === undefined ? "postgres" : "admin";
  const lines: string[] = [];
  const name = registry === undefined ? "" : endpointOf(registry.first.identifier, registry.region);
  if (registry !== undefined) lines.push(`cluster: ${name}, arn ${registry.firstArn}`);
  if (controlPort !== undefined) lines.push(`control plane: http://${CONTROL_HOST}:${controlPort}`);
  const place = rules.requiresServerName ? name : shown;
  const more = rules.requiresServerName ? verified(options.host, options) : "";
  const url = `postgresql://${user}@${place}:${server.port}/postgres${more}`;
  lines.push(`ready: psql ${more === "" ? url : `'${url}'`}`);
  return `${lines.join("\n")}\n`;
}
