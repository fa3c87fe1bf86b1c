/** Texts that are joined some at a time: very many of them would take long at the end. */

/** Parts that are joined at one go. */
const PARTS_MAX = 4096;

export class JoinedParts {
  readonly #separator: string;
  readonly #joined: string[] = [];
  #parts: string[] = [];

  constructor(separator: string) {
    this.#separator = separator;
  }

  /** Whether some were joined. */
  push(part: string): boolean {
    if (this.#parts.push(part) < PARTS_MAX) return false;
    this.#join();
    return true;
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0 && this.#joined.length === 0;
  }

  append(other: JoinedParts): void {
    for (const part of other.#joined) this.push(part);
    for (const part of other.#parts) this.push(part);
  }

  #join(): void {
    if (this.#parts.length > 0) this.#joined.push(this.#parts.join(this.#separator));
    this.#parts = [];
  }

  /** More may be added afterwards. */
  text(): string {
    const { length } = this.#parts;
    if (length === 0) return this.#joined.join(this.#separator);
    const last = this.#parts.join(this.#separator);
    return this.#joined.length === 0 ? last : [...this.#joined, last].join(this.#separator);
  }
}
