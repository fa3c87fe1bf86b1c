/** How a utility statement ended, where its command tag is not known from its text. */
export interface UtilityResult {
  readonly command: string;
  readonly rowCount?: number;
}
