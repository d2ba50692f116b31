/** The path of one file of each kind: folder and ending. */
export function onePerKind(files: ReadonlyMap<string, Uint8Array>): readonly string[] {
  const kinds = new Map<string, string>();
  for (const path of files.keys()) {
    const folder = path.includes('/') ? path.slice(0, path.indexOf('/')) : path;
    kinds.set(`${folder} ${path.slice(path.lastIndexOf('.'))}`, path);
  }
  return [...kinds.values()];
}
