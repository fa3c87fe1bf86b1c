/**
 * gen_random_uuid(): version 4.
 */
import { registerFunctions } from "./registry.ts";
import { uuidFromBytes } from "../values/uuid.ts";

export function registerUuid(): void {
  registerFunctions({
    gen_random_uuid: (context) => {
      const bytes = context.randomBytes(16);
      bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
      bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
      return uuidFromBytes(bytes, 0);
    },
  });
}
