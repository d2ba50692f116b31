/**
 * The folder that stands for the copy of a medium. A point, which no name of a material has, stands before its number: the
 * first copy of `backups-2` would else begin with the name of the second of `backups`, and the runtime cannot tell
 * such folders apart.
 */
export function mediumFolder(name: string, copy: number): string {
  return `${name}.${copy}`;
}
