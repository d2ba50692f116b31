import type { Pack } from '../pack/pack-reader.ts';
import type { Derivations } from './options.ts';

/** More names than this are counted, not listed: a pack comes from strangers. */
const MOST = 100;

/** What lies in the pack, is allowed to, and is not checked: files that anybody may have added, and another guide. */
export function uncheckedNotes(pack: Pack, derive: Derivations): readonly string[] {
  const added = pack.paths.filter((path) => path.startsWith('timestamps/'));
  const notes = added.slice(0, MOST).map((path) => `"${path}" is not checked: anybody may have added it`);
  if (added.length > MOST) notes.push(`${added.length - MOST} more files of timestamps/ are not checked`);
  for (const [path, bytes] of derive.guide ?? []) {
    const found = pack.file(path);
    if (found && Buffer.compare(found, bytes) !== 0) {
      notes.push(
        `${path} in this pack is not this version's: another version may have written it, or somebody else; run your own copy`,
      );
    }
  }
  return notes;
}
