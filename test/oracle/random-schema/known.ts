/**
 * Differences that are known and listed: both servers refuse a statement, each for another of the
 * things that are wrong with it. Whatever differs otherwise is a finding.
 */
export interface KnownDifference {
  readonly reason: string;
  readonly statement: RegExp;
  readonly ours: RegExp;
  readonly theirs: RegExp;
}

const KNOWN: readonly KnownDifference[] = [
  {
    reason: "whether a view or sequence may be changed is looked at before what is put into it",
    statement: /^(?:insert|update|delete)\b/u,
    ours: /^ERROR (?:0A000|42809|428C9|55000): (?:cannot|ON CONFLICT)/u,
    theirs: /^ERROR /u,
  },
  {
    reason: "the innermost of several views is named by PostgreSQL",
    statement: /^(?:insert|update)\b/u,
    ours: /^ERROR 0A000: cannot (?:insert into|update) column/u,
    theirs: /^ERROR 0A000: cannot (?:insert into|update) column/u,
  },
  {
    reason: "privileges on schemas are looked at where a name in them is looked up",
    statement: /./u,
    ours: /^ERROR /u,
    theirs: /^ERROR (?:42501: permission denied for schema|3F000)/u,
  },
  {
    reason: "the order in which constraints and generated columns of one statement are looked at",
    statement: /^(?:create\b.*\btable|alter table)\b/u,
    ours: /^ERROR (?:0A000|22023|42601|42701|42804|42830|42P16): /u,
    theirs: /^ERROR (?:22023|42601|42701|42704|42710|42P16|42P17|42804): /u,
  },
];

function error(answer: readonly string[]): string {
  return answer.find((line) => line.startsWith("ERROR ")) ?? "";
}

/** Why the answers differ, if that is known. */
export function knownReason(
  text: string,
  mine: readonly string[],
  truth: readonly string[],
): string | undefined {
  const found = KNOWN.find(
    ({ statement, ours, theirs }) =>
      statement.test(text) && ours.test(error(mine)) && theirs.test(error(truth)),
  );
  return found?.reason;
}
