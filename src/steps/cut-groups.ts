/** Requests of a folder that ask for the same, and the lines that say so. */
export interface WishGroup {
  /** How many they are. */
  readonly head: string;
  readonly wishes: readonly string[];
  /** Which they are, by name. */
  readonly askedBy: readonly string[];
}

/** Lines of a group besides those of its wishes, where it is cut: its head, what is left out, and whose it is. */
const AROUND = 3;

/**
 * The lines of groups, so many at most that people can read them: of each group, the least of them too, at least one is
 * there, since whoever fills the page with what they ask for would hide what another asks for.
 * @param most lines; there are more where there are more groups than that
 */
export function cutGroups(groups: readonly WishGroup[], most: number): readonly string[] {
  const sizes = groups.map(linesOf).map(({ length }) => length);
  let each = Math.max(...sizes, 1);
  const total = () => sizes.reduce((sum, size) => sum + Math.min(size, each), 0);
  while (each > 1 && total() > most) each -= 1;
  return groups.flatMap((group) => cut(group, each));
}

export function linesOf({ head, wishes, askedBy }: WishGroup): readonly string[] {
  return [head, ...wishes, ...askedBy];
}

function cut(group: WishGroup, most: number): readonly string[] {
  const all = linesOf(group);
  if (all.length <= most) return all;
  const { head, wishes, askedBy } = group;
  // No more than a line: whose it is, and that it is to be looked up.
  if (most <= AROUND)
    return [
      askedBy[0]?.replace(/^ {2}Asked for by(?: each of)?/, '  In the report:') ??
        head.replace(/:$/, ', in the report'),
    ];
  const shown = wishes.slice(0, askedBy.length > 0 ? most - AROUND : most - AROUND + 1);
  const left = all.length - 1 - shown.length - Math.min(askedBy.length, 1);
  return [head, ...shown, `  and ${left} more lines of these, which are in the report`, ...askedBy.slice(0, 1)];
}
