/**
 * Files for what a query cannot keep in memory. Nothing in them outlives the process: they are not
 * synced, and have no name any more once they are open where the system allows it.
 */

export interface TemporaryFile {
  /** `bytes` must stay unchanged until it resolves. Rejects with 53100 when the disk is full. */
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /** What was written there before; the file's end may not be passed. */
  read(offset: number, length: number): Promise<Buffer>;
  /** Gives the space back; nothing may be in flight. */
  close(): void;
}

export interface TemporaryFiles {
  open(): Promise<TemporaryFile>;
}
