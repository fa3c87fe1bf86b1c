/** How a utility statement ended, where its command tag is not known from its text. */
import type { Row } from "@firstlight/sql";

export interface UtilityResult {
  readonly command: string;
  readonly rowCount?: number;
  /** Of a statement that returns rows. */
  readonly rows?: readonly Row[];
}
