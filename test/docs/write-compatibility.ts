/** npx tsx test/docs/write-compatibility.ts: writes docs/compatibility.md; needs the build output. */
import { writeFileSync } from "node:fs";
import { COMPATIBILITY_PATH, generateCompatibility } from "./generate-compatibility.ts";

writeFileSync(COMPATIBILITY_PATH, await generateCompatibility());
