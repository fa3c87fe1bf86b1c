/** A TestReplica in the shape that the conformance suite asks for. */
import type { Storage } from "@firstlight/common";
import { ByteWriter, CATALOG_VERSION_KEY } from "@firstlight/common";
import type { StorageUnderTest } from "./conformance.ts";
import { TestReplica } from "./test-replica.ts";

/** `reach` puts a transport between the test and the replica; `close` takes it away again. */
export function testedReplica(
  reach: (storage: Storage) => Storage = (storage) => storage,
  close: () => Promise<void> = () => Promise.resolve(),
): StorageUnderTest {
  const replica = new TestReplica({ settings: { retentionMicros: 1_000, collectMicros: 1_000 } });
  return {
    storage: reach(replica.node),
    commit: (micros, writes) => replica.commit(micros, writes),
    forget: (micros) => {
      replica.commit(micros + 1_000, { forget: "" });
      replica.clock.advance(10_000_000);
    },
    setCatalogVersion: (micros, version) => {
      const value = new ByteWriter(8).uint53(version).finish().toString("latin1");
      replica.commit(micros, { [CATALOG_VERSION_KEY]: value });
    },
    close: async () => {
      await close();
      await replica.node.stop();
    },
  };
}
