/** The operations of the control plane, by what the service's model calls them. */
import type { Cluster, ClusterPolicy, ClusterRegistry } from "./cluster-registry.ts";
import {
  IDENTIFIER,
  arnOf,
  endpointOf,
  privateEndpointOf,
  privateServiceOf,
} from "./cluster-name.ts";
import type { Input } from "./input.ts";
import {
  checkedTags,
  clientTokenOf,
  flagOf,
  kmsKeyOf,
  pageOf,
  policyOf,
  tagKeysOf,
  tagsOf,
  tokenAfter,
  versionOf,
} from "./input.ts";
import { conflict, invalid, invalidField, notFound } from "./service-error.ts";

export type Output = Readonly<Record<string, unknown>>;
export type Operation = (registry: ClusterRegistry, input: Input) => Output;

const OWNED_KEY = "AWS_OWNED_KMS_KEY";

function encryptionOf({ kmsKey }: Cluster): Output {
  if (kmsKey === undefined || kmsKey === OWNED_KEY) {
    return { encryptionType: OWNED_KEY, encryptionStatus: "ENABLED" };
  }
  return {
    encryptionType: "CUSTOMER_MANAGED_KMS_KEY",
    kmsKeyArn: kmsKey,
    encryptionStatus: "ENABLED",
  };
}

function summary({ region }: ClusterRegistry, { identifier }: Cluster): Output {
  return { identifier, arn: arnOf(identifier, region) };
}

/** What every operation on a cluster answers. */
function brief(registry: ClusterRegistry, cluster: Cluster): Output {
  const { status, createdAt } = cluster;
  return { ...summary(registry, cluster), status, creationTime: createdAt };
}

function whole(registry: ClusterRegistry, cluster: Cluster): Output {
  return {
    ...brief(registry, cluster),
    deletionProtectionEnabled: cluster.isProtected,
    encryptionDetails: encryptionOf(cluster),
    endpoint: endpointOf(cluster.identifier, registry.region),
  };
}

function clusterOf(registry: ClusterRegistry, input: Input, name = "identifier"): Cluster {
  const identifier = String(input[name]);
  if (!/^[a-z0-9]{26}$/u.test(identifier)) {
    throw invalidField(name, `${name} must be 26 lower-case letters and digits`);
  }
  return registry.cluster(identifier);
}

function refuseMultiRegion(input: Input): void {
  if (input["multiRegionProperties"] === undefined) return;
  throw invalid("other", "Clusters in several Regions are not available here.");
}

export function createCluster(registry: ClusterRegistry, input: Input): Output {
  refuseMultiRegion(input);
  const policy = policyOf(input);
  const cluster = registry.create({
    isProtected: flagOf(input, "deletionProtectionEnabled") ?? true,
    kmsKey: kmsKeyOf(input),
    tags: tagsOf(input),
    policy: policy === undefined ? undefined : { text: policy, version: 1 },
    clientToken: clientTokenOf(input),
  });
  return whole(registry, cluster);
}

export function getCluster(registry: ClusterRegistry, input: Input): Output {
  const cluster = clusterOf(registry, input);
  return { ...whole(registry, cluster), tags: cluster.tags };
}

export function listClusters(registry: ClusterRegistry, input: Input): Output {
  const { size, after } = pageOf(input);
  const all = registry.all;
  const from = after === undefined ? 0 : all.findIndex((each) => each.identifier === after) + 1;
  if (after !== undefined && from === 0) throw invalidField("nextToken", "nextToken is not valid");
  const page = all.slice(from, from + size);
  const last = page.at(-1);
  const more = last !== undefined && from + page.length < all.length;
  return {
    clusters: page.map((cluster) => summary(registry, cluster)),
    ...(more ? { nextToken: tokenAfter(last.identifier) } : {}),
  };
}

export function updateCluster(registry: ClusterRegistry, input: Input): Output {
  refuseMultiRegion(input);
  const cluster = clusterOf(registry, input);
  clientTokenOf(input);
  if (cluster.status !== "ACTIVE") {
    throw conflict(cluster.identifier, `The cluster is ${cluster.status}.`);
  }
  registry.change({
    ...cluster,
    isProtected: flagOf(input, "deletionProtectionEnabled") ?? cluster.isProtected,
    kmsKey: kmsKeyOf(input) ?? cluster.kmsKey,
  });
  return brief(registry, registry.cluster(cluster.identifier));
}

export function deleteCluster(registry: ClusterRegistry, input: Input): Output {
  const cluster = clusterOf(registry, input);
  clientTokenOf(input);
  if (cluster.isProtected) {
    throw invalid(
      "deletionProtectionEnabled",
      `Deletion protection is enabled for cluster ${cluster.identifier}.`,
    );
  }
  return brief(registry, registry.delete(cluster.identifier));
}

export function getVpcEndpointServiceName(registry: ClusterRegistry, input: Input): Output {
  const { identifier } = clusterOf(registry, input);
  return {
    serviceName: privateServiceOf(registry.region),
    clusterVpcEndpoint: privateEndpointOf(identifier, registry.region),
  };
}

function checkVersion(cluster: Cluster, input: Input): void {
  const expected = versionOf(input);
  const actual = cluster.policy === undefined ? undefined : String(cluster.policy.version);
  if (expected === undefined || expected === actual) return;
  throw conflict(cluster.identifier, `The policy's version is not ${expected}.`);
}

function requiredPolicy({ identifier, policy }: Cluster): ClusterPolicy {
  if (policy === undefined) throw notFound("cluster policy", identifier);
  return policy;
}

export function putClusterPolicy(registry: ClusterRegistry, input: Input): Output {
  const cluster = clusterOf(registry, input);
  clientTokenOf(input);
  const text = policyOf(input);
  if (text === undefined) throw invalidField("policy", "policy must be given");
  checkVersion(cluster, input);
  const version = (cluster.policy?.version ?? 0) + 1;
  registry.change({ ...cluster, policy: { text, version } });
  return { policyVersion: String(version) };
}

export function getClusterPolicy(registry: ClusterRegistry, input: Input): Output {
  const { text, version } = requiredPolicy(clusterOf(registry, input));
  return { policy: text, policyVersion: String(version) };
}

export function deleteClusterPolicy(registry: ClusterRegistry, input: Input): Output {
  const cluster = clusterOf(registry, input);
  clientTokenOf(input);
  const { version } = requiredPolicy(cluster);
  checkVersion(cluster, input);
  registry.change({ ...cluster, policy: undefined });
  return { policyVersion: String(version) };
}

/** Clusters are the only resources that there are. */
function taggedResource(registry: ClusterRegistry, input: Input): Cluster {
  const arn = String(input["resourceArn"]);
  const identifier = arn.slice(arn.lastIndexOf("/") + 1);
  if (!IDENTIFIER.test(identifier) || arn !== arnOf(identifier, registry.region)) {
    throw notFound("resource", arn);
  }
  return registry.cluster(identifier);
}

export function listTagsForResource(registry: ClusterRegistry, input: Input): Output {
  return { tags: taggedResource(registry, input).tags };
}

export function tagResource(registry: ClusterRegistry, input: Input): Output {
  const cluster = taggedResource(registry, input);
  registry.change({ ...cluster, tags: checkedTags({ ...cluster.tags, ...tagsOf(input) }) });
  return {};
}

export function untagResource(registry: ClusterRegistry, input: Input): Output {
  const cluster = taggedResource(registry, input);
  const gone = new Set(tagKeysOf(input));
  const left = Object.entries(cluster.tags).filter(([key]) => !gone.has(key));
  registry.change({ ...cluster, tags: Object.fromEntries(left) });
  return {};
}

/** There are no streams of changes here, so every list of them is empty. */
export function listStreams(registry: ClusterRegistry, input: Input): Output {
  clusterOf(registry, input, "clusterIdentifier");
  return { streams: [] };
}
