/** Randomness: seeded in simulation, the system's generator otherwise. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  bytes(length: number): Uint8Array;
}
