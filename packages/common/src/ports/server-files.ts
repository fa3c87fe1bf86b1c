/**
 * Files of the machine that a query processor runs on, for COPY with a file name. Failures to open
 * are SqlErrors as PostgreSQL words them (58P01, 42501, 42809).
 */
export interface ServerFileReader {
  /** The next piece, in order; undefined at the end. */
  read(): Promise<Buffer | undefined>;
  close(): void;
}

export interface ServerFileWriter {
  /** `bytes` must stay unchanged until it resolves. Rejects with 53100 when the disk is full. */
  write(bytes: Uint8Array): Promise<void>;
  close(): void;
}

export interface ServerFiles {
  openToRead(path: string): Promise<ServerFileReader>;
  /** A new file, or an empty one in the place of an old one. */
  openToWrite(path: string): Promise<ServerFileWriter>;
}
