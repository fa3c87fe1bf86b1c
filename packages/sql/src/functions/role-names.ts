/** Role names inside aclitem texts: quoted unless they are words of letters, digits and underscores. */
export function quoteRole(name: string): string {
  return /^[A-Za-z0-9_]+$/u.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}
