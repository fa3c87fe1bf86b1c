/**
 * The schema that a session knows: Aurora DSQL's sessions keep theirs, and one whose schema is older
 * than what its next transaction relies on is refused with OC001, once, whoever changed what.
 */
import type { CatalogImage } from "../catalog/catalog-image.ts";
import { schemaText } from "../catalog/schema-text.ts";
import { schemaChanged } from "./conflict-error.ts";

export class SeenSchema {
  #version: number | undefined;
  #text = "";

  /** The transaction's confirmed image. Throws if the session knew another schema. */
  confirm(image: CatalogImage): void {
    const { version } = image;
    if (version === this.#version) return;
    const text = schemaText(image);
    const isFirst = this.#version === undefined;
    const isSame = text === this.#text;
    this.#version = version;
    this.#text = text;
    if (!isFirst && !isSame) throw schemaChanged(image);
  }

  /** The session changes the schema itself, in whatever transactions. */
  forget(): void {
    this.#version = undefined;
  }
}
