/** The contract, on adjudicators that are called directly. */
import { ClusterFixture } from "./testing/cluster-fixture.ts";
import { adjudicatorConformance } from "./testing/conformance.ts";

adjudicatorConformance("direct", async (options) => {
  const fixture = new ClusterFixture(options);
  const adjudicators = await fixture.startAll();
  return { fixture, adjudicators, close: () => Promise.resolve() };
});
