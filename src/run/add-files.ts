import { sha256 } from '../base/digest.ts';
import type { Octets } from '../base/octets.ts';
import type { PlannedStep } from '../plan/plan.ts';
import type { Running } from '../plan/step-type.ts';
import type { Files } from '../ports.ts';
import type { FileEvent } from '../transcript/event.ts';

/** Of one group: what is lost by a crash, and made again, is no more than this. */
const [MOST_FILES, MOST_BYTES] = [8192, 8 * 1024 * 1024];

type NewFile = readonly [path: string, bytes: Octets];

/**
 * Writes files of the pack and yields their events. One wait for the disk makes a whole group durable: alone, each of
 * ten thousand files would wait four times. A group's files are there before its events are, as with a single file.
 */
export async function* addInGroups(files: Files, step: PlannedStep, all: Iterable<NewFile>): Running {
  for (const group of inGroups(all)) {
    await files.createAll(group);
    yield group.map(([path, bytes]) => fileEvent(step, path, bytes));
  }
}

function fileEvent(step: PlannedStep, path: string, bytes: Octets): FileEvent {
  return { type: 'file', step: step.key, path, sha256: sha256(bytes), size: bytes.length, medium: null };
}

/** In the given order; made as they are taken, so that not all of them need be in memory at once. */
export function* inGroups(all: Iterable<NewFile>): Iterable<readonly NewFile[]> {
  let group: NewFile[] = [];
  let size = 0;
  for (const file of all) {
    if (group.length === MOST_FILES || (group.length > 0 && size + file[1].length > MOST_BYTES)) {
      yield group;
      group = [];
      size = 0;
    }
    group.push(file);
    size += file[1].length;
  }
  if (group.length > 0) yield group;
}
