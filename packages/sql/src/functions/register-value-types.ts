/**
 * The implementations of bit strings, network addresses, ranges and paths, and what spans all types:
 * hashing, input and output, order, sampling.
 */
import { registerByTypeOrder } from "./by-type-order.ts";
import { registerAccessItems } from "./access-items.ts";
import { registerAccumulators } from "./accumulators.ts";
import { registerCatalogLists } from "./catalog-lists.ts";
import { registerEncodings } from "./encodings.ts";
import { registerLsn } from "./lsn.ts";
import { registerPseudoTypeIo } from "./pseudo-type-io.ts";
import { registerSessionEffects } from "./session-effects.ts";
import { registerSnapshots } from "./snapshots.ts";
import { registerTypeModifiers } from "./type-modifiers.ts";
import { registerValueSizes } from "./value-sizes.ts";
import { registerToAscii } from "./text/to-ascii.ts";
import { registerEnums } from "./enum.ts";
import { registerErrorFunction } from "./error-function.ts";
import { registerInRange } from "./in-range.ts";
import { registerInputValidity } from "./input-validity.ts";
import { registerSampling } from "./sampling.ts";
import { registerSizes } from "./sizes.ts";
import { registerBits } from "./bits/operators.ts";
import { registerHashing } from "./hash/register.ts";
import { registerAddresses } from "./network/addresses.ts";
import { registerMacAddresses } from "./network/mac-addresses.ts";
import { registerJsonPath } from "./jsonpath/register.ts";
import { registerMultiranges } from "./range/multiranges.ts";
import { registerRanges } from "./range/ranges.ts";
import { registerTypeIo } from "./type-io.ts";

export function registerValueTypes(): void {
  registerBits();
  registerAddresses();
  registerMacAddresses();
  registerRanges();
  registerMultiranges();
  registerJsonPath();
  registerHashing();
  registerTypeIo();
  registerByTypeOrder();
  registerEnums();
  registerErrorFunction();
  registerInRange();
  registerInputValidity();
  registerSampling();
  registerSizes();
  registerPseudoTypeIo();
  registerTypeModifiers();
  registerAccumulators();
  registerLsn();
  registerSnapshots();
  registerEncodings();
  registerToAscii();
  registerAccessItems();
  registerValueSizes();
  registerCatalogLists();
  registerSessionEffects();
}
