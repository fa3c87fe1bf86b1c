/**
 * Functions over files of the server, as of one whose data directory has none: what is kept is kept by
 * journals and storage. Who may call them is in their access lists, as in PostgreSQL.
 */
import { SqlError } from "@firstlight/common";
import type { EvaluationContext } from "../expression/evaluation-context.ts";
import type { Datum } from "../values/datum.ts";
import type { SetImplementation } from "./registry.ts";
import { registerFunctions, registerSetReturning } from "./registry.ts";

/** Files of the machine are not shown to superusers either. */
function refuseAbsolute(path: string): void {
  if (path.startsWith("/")) throw new SqlError("42501", "absolute path not allowed");
}

function missingFile(verb: string, path: string): SqlError {
  return new SqlError("58P01", `could not ${verb.replace("%", path)}: No such file or directory`);
}

function absent(verb: string, path: string, missingOk: boolean): null {
  refuseAbsolute(path);
  if (missingOk) return null;
  throw missingFile(verb, `"${path}"`);
}

function stat(_: EvaluationContext, path: string, missingOk = false): null {
  return absent("stat file %", path, missingOk);
}

function read(path: string, missingOk: boolean, length = 0n): null {
  if (length < 0n) throw new SqlError("22023", "requested length cannot be negative");
  return absent("open file % for reading", path, missingOk);
}

const wholeFile = (_: EvaluationContext, path: string, missingOk = false): null =>
  read(path, missingOk);

function partOfFile(
  _: EvaluationContext,
  path: string,
  _offset: bigint,
  length: bigint,
  missingOk = false,
): null {
  return read(path, missingOk, length);
}

const NOTHING: readonly Datum[] = [];

/** NULL is no directory. */
function list(
  _: EvaluationContext,
  path: string,
  missingOk: boolean | null = false,
): typeof NOTHING {
  refuseAbsolute(path);
  if (missingOk === true) return NOTHING;
  throw missingFile("open directory %", `"${path}"`);
}

const empty: SetImplementation = () => NOTHING;

const TABLESPACES: ReadonlySet<number> = new Set([1663, 1664]);

function temporaryFiles(_: EvaluationContext, tablespace: number): typeof NOTHING {
  if (TABLESPACES.has(tablespace)) return NOTHING;
  throw new SqlError("42704", `tablespace with OID ${tablespace} does not exist`);
}

function slotFiles(_: EvaluationContext, slot: string): never {
  throw new SqlError("42704", `replication slot "${slot}" does not exist`);
}

export function registerServerFiles(): void {
  registerFunctions({
    pg_stat_file_1arg: stat,
    pg_stat_file: stat,
    pg_read_file_all: wholeFile,
    pg_read_file_all_missing: wholeFile,
    pg_read_file_off_len: partOfFile,
    pg_read_file_off_len_missing: partOfFile,
    pg_read_binary_file_all: wholeFile,
    pg_read_binary_file_all_missing: wholeFile,
    pg_read_binary_file_off_len: partOfFile,
    pg_read_binary_file_off_len_missing: partOfFile,
    // There is no file of settings to read again.
    pg_reload_conf: () => true,
    // Nothing collects the log in files.
    pg_rotate_logfile_v2: () => false,
  });
  registerSetReturning({
    pg_ls_dir_1arg: () => list,
    pg_ls_dir: () => list,
    pg_ls_logdir: () => (context) => list(context, "log"),
    pg_ls_waldir: () => empty,
    pg_ls_archive_statusdir: () => empty,
    pg_ls_logicalsnapdir: () => empty,
    pg_ls_logicalmapdir: () => empty,
    pg_ls_replslotdir: () => slotFiles,
    pg_ls_tmpdir_noargs: () => empty,
    pg_ls_tmpdir_1arg: () => temporaryFiles,
    pg_show_replication_origin_status: () => empty,
  });
}
