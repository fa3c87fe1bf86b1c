/** Commands whose output is not PostgreSQL's in some form of them, and why. */
export const DIFFERENCES: Readonly<Record<string, string>> = {
  "\\dL": "there is no PL/pgSQL",
  "\\dt": "there are no TOAST tables, which *.* lists",
  "\\dx": "there is no PL/pgSQL",
};
