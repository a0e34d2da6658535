/** A path as one word of a POSIX shell's command line, whatever characters the path has. */
export function shellQuoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
