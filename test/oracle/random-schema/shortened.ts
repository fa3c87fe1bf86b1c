/** The shortest part of a list that still fails: larger pieces are left out first. */
const ATTEMPTS_MAX = 300;

export async function shortened<T>(
  list: readonly T[],
  fails: (part: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let left = list;
  let attempts = 0;
  for (let size = Math.max(1, Math.floor(list.length / 2)); size >= 1;) {
    let removed = false;
    for (let at = left.length - size; at >= 0 && attempts < ATTEMPTS_MAX; at -= size) {
      const without = [...left.slice(0, at), ...left.slice(at + size)];
      attempts++;
      if (!(await fails(without))) continue;
      left = without;
      removed = true;
    }
    if (!removed || attempts >= ATTEMPTS_MAX) size = Math.floor(size / 2);
  }
  return left;
}
