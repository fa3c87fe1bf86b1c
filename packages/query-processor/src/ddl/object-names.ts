/** Names that PostgreSQL makes up for constraints, indexes and sequences (indexcmds.c). */
const NAME_BYTES_MAX = 63;

function clip(text: string, bytes: number): string {
  let clipped = text;
  while (Buffer.byteLength(clipped) > bytes) clipped = clipped.slice(0, -1);
  return clipped;
}

/** makeObjectName: name1_name2_label, shortening the longer of the first two. */
export function makeObjectName(name1: string, name2: string | undefined, label: string): string {
  const overhead = label.length + 1 + (name2 === undefined ? 0 : 1);
  let available1 = Buffer.byteLength(name1);
  let available2 = name2 === undefined ? 0 : Buffer.byteLength(name2);
  while (available1 + available2 > NAME_BYTES_MAX - overhead) {
    if (available1 > available2) available1--;
    else available2--;
  }
  const middle = name2 === undefined ? "" : `_${clip(name2, available2)}`;
  return `${clip(name1, available1)}${middle}_${label}`;
}

/** The first of label, label1, label2 ... that is not taken. */
export function chooseName(
  name1: string,
  name2: string | undefined,
  label: string,
  taken: (name: string) => boolean,
): string {
  for (let pass = 0; ; pass++) {
    const name = makeObjectName(name1, name2, pass === 0 ? label : `${label}${pass}`);
    if (!taken(name)) return name;
  }
}

/** ChooseIndexColumnNames: columns joined by underscores, cut at the name limit. */
export function joinedColumns(columns: readonly string[]): string {
  return clip(columns.join("_"), NAME_BYTES_MAX);
}
