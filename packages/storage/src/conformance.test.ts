/** The contract, on a replica that is called directly. */
import { storageConformance } from "./testing/conformance.ts";
import { testedReplica } from "./testing/tested-replica.ts";

storageConformance("direct", () => testedReplica());
