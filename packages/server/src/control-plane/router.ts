/**
 * From requests to operations and back, in the protocol restJson1 of AWS: paths and queries bind
 * input, bodies are JSON, errors have their name in a header.
 */
import type { ClusterRegistry } from "./cluster-registry.ts";
import type { Input } from "./input.ts";
import type { Operation, Output } from "./operations.ts";
import * as operations from "./operations.ts";
import { ControlPlaneError, invalid } from "./service-error.ts";

export interface ApiRequest {
  readonly method: string;
  /** With its query, as it was sent. */
  readonly target: string;
  readonly body: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Route {
  readonly method: string;
  /** Segments; those in braces bind input. */
  readonly path: readonly string[];
  readonly operation: Operation;
}

function route(method: string, path: string, operation: Operation): Route {
  return { method, path: path.split("/").slice(1), operation };
}

const ROUTES: readonly Route[] = [
  route("POST", "/cluster", operations.createCluster),
  route("GET", "/cluster", operations.listClusters),
  route("GET", "/cluster/{identifier}", operations.getCluster),
  route("POST", "/cluster/{identifier}", operations.updateCluster),
  route("DELETE", "/cluster/{identifier}", operations.deleteCluster),
  route("GET", "/cluster/{identifier}/policy", operations.getClusterPolicy),
  route("POST", "/cluster/{identifier}/policy", operations.putClusterPolicy),
  route("DELETE", "/cluster/{identifier}/policy", operations.deleteClusterPolicy),
  route(
    "GET",
    "/clusters/{identifier}/vpc-endpoint-service-name",
    operations.getVpcEndpointServiceName,
  ),
  route("GET", "/tags/{resourceArn}", operations.listTagsForResource),
  route("POST", "/tags/{resourceArn}", operations.tagResource),
  route("DELETE", "/tags/{resourceArn}", operations.untagResource),
  route("GET", "/stream/{clusterIdentifier}", operations.listStreams),
];

/** Names in queries that are otherwise spelled than the input that they bind. */
const QUERY_NAMES: Readonly<Record<string, string>> = {
  "client-token": "clientToken",
  "max-results": "maxResults",
  "next-token": "nextToken",
  "expected-policy-version": "expectedPolicyVersion",
};

function bound({ path }: Route, segments: readonly string[]): Record<string, unknown> | undefined {
  if (path.length !== segments.length) return undefined;
  const input: Record<string, unknown> = {};
  for (const [at, wanted] of path.entries()) {
    const segment = segments[at] ?? "";
    if (wanted.startsWith("{")) input[wanted.slice(1, -1)] = segment;
    else if (segment !== wanted) return undefined;
  }
  return input;
}

function queryInput(query: URLSearchParams): Record<string, unknown> {
  const input: Record<string, unknown> = {};
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name);
    input[QUERY_NAMES[name] ?? name] = values.length === 1 ? values[0] : values;
  }
  return input;
}

function bodyInput(body: string): Input {
  if (body.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw invalid("cannotParse", "The request's body is not JSON.");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Input;
  throw invalid("cannotParse", "The request's body is not a JSON object.");
}

function decodedSegments(path: string): readonly string[] {
  try {
    return path.replace(/\/$/u, "").split("/").slice(1).map(decodeURIComponent);
  } catch {
    throw invalid("cannotParse", "The request's path cannot be decoded.");
  }
}

function answer(registry: ClusterRegistry, { method, target, body }: ApiRequest): Output {
  const [path = "", query = ""] = target.split("?");
  const segments = decodedSegments(path);
  for (const each of ROUTES) {
    const input = each.method === method ? bound(each, segments) : undefined;
    if (input === undefined) continue;
    const fields = { ...bodyInput(body), ...queryInput(new URLSearchParams(query)), ...input };
    return each.operation(registry, fields);
  }
  throw invalid("unknownOperation", `${method} ${path} is no operation that there is here.`);
}

function failure(error: unknown): ApiResponse {
  if (!(error instanceof ControlPlaneError)) throw error;
  const { name, message, fields, status } = error;
  return response(status, { message, ...fields }, { "x-amzn-errortype": name });
}

function response(status: number, output: Output, headers: Record<string, string>): ApiResponse {
  const body = JSON.stringify(output);
  return { status, headers: { "content-type": "application/json", ...headers }, body };
}

/** Throws only what is no answer: defects. */
export function answerRequest(registry: ClusterRegistry, request: ApiRequest): ApiResponse {
  try {
    return response(200, answer(registry, request), {});
  } catch (error) {
    return failure(error);
  }
}
