/** The contracts' conformance suites again, with gRPC between the tests and the services. */
import type { Adjudicator, Listener, Storage } from "@firstlight/common";
import { SILENT_LOG } from "@firstlight/common";
import type { RpcHandlers } from "@firstlight/protocol";
import {
  AdjudicatorStub,
  GrpcNetwork,
  RpcClient,
  StorageStub,
  adjudicatorHandlers,
  serveChannel,
  storageHandlers,
} from "@firstlight/protocol";
import { ClusterFixture } from "../../packages/adjudicator/src/testing/cluster-fixture.ts";
import { adjudicatorConformance } from "../../packages/adjudicator/src/testing/conformance.ts";
import { SystemClock } from "../../packages/server/src/adapters/system-clock.ts";
import { storageConformance } from "../../packages/storage/src/testing/conformance.ts";
import { testedReplica } from "../../packages/storage/src/testing/tested-replica.ts";

const clock = new SystemClock();
const network = new GrpcNetwork();

interface Transport {
  readonly client: RpcClient;
  close(): Promise<void>;
}

async function transportTo(handlers: RpcHandlers): Promise<Transport> {
  const listener: Listener = await network.listen("127.0.0.1:0", (channel) => {
    serveChannel(channel, { clock, log: SILENT_LOG, handlers });
  });
  const client = new RpcClient(network, clock, listener.address);
  return {
    client,
    close: async () => {
      client.close();
      await listener.close();
    },
  };
}

/** Reaches a service that exists only once its test double does. */
function deferred(): { storage: Storage; set(target: Storage): void } {
  let inner: Storage | undefined;
  const target = (): Storage => {
    if (inner === undefined) throw new Error("the replica is not there yet");
    return inner;
  };
  return {
    storage: {
      read: (request) => target().read(request),
      scan: (request) => target().scan(request),
      status: () => target().status(),
    },
    set: (storage) => {
      inner = storage;
    },
  };
}

storageConformance("gRPC", async () => {
  const target = deferred();
  const transport = await transportTo(storageHandlers(target.storage));
  return testedReplica(
    (replica) => {
      target.set(replica);
      return new StorageStub(transport.client);
    },
    () => transport.close(),
  );
});

adjudicatorConformance("gRPC", async (options) => {
  const fixture = new ClusterFixture(options);
  const services = await fixture.startAll();
  const transports = await Promise.all(
    services.map((service: Adjudicator) => transportTo(adjudicatorHandlers(service))),
  );
  return {
    fixture,
    adjudicators: transports.map(({ client }) => new AdjudicatorStub(client)),
    close: async () => {
      await Promise.all(transports.map((transport) => transport.close()));
    },
  };
});
