/** The next place of a character in a text that is gone through once. */
export class NextPlace {
  readonly #character: string;
  #text = "";
  #at = 0;

  constructor(character: string) {
    this.#character = character;
  }

  /** The text's end when there is none. */
  from(text: string, start: number): number {
    if (this.#at < start || this.#text !== text) {
      const at = text.indexOf(this.#character, start);
      this.#at = at < 0 ? text.length : at;
      this.#text = text;
    }
    return this.#at;
  }
}
