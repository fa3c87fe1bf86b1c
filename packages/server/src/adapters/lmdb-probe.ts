/** A process of its own that reads all of one LMDB store, and dies of what cannot be read. */
import { openDatabase } from "./lmdb-disk.ts";

const [, , path = ""] = process.argv;
const database = openDatabase(path);
let bytes = 0;
for (const { value } of database.getRange({})) bytes += value.length;
await database.close();
process.exitCode = bytes >= 0 ? 0 : 1;
