import { folderPath, requestsRead } from '../plan/folder-input.ts';
import { folderDifferences } from '../steps/folder-differences.ts';
import { heading, prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { mono, paragraph, text } from './layout/style.ts';
import { fileOf, type PackRecord } from './record.ts';

/** Of each folder of requests that was read, all that its requests ask for and do not get. @returns how many there are */
export function drawRequestsTaken(sheet: Sheet, record: PackRecord): number {
  const { plan, events, pack } = record;
  if (!plan) return 0;
  const names = Object.keys(plan.inputs ?? {}).filter((name) => folderPath(events, name) !== undefined);
  for (const name of names) {
    heading(sheet, 2, `Requests "${name}": what they ask for and do not get`, 60);
    const lines = linesOf(record, name, () =>
      folderDifferences(
        plan,
        name,
        requestsRead(events, pack.paths, (path) => fileOf(record, path), name),
      ),
    );
    prose(sheet, lines);
  }
  return names.length;
}

function linesOf(record: PackRecord, name: string, read: () => readonly string[]) {
  try {
    const folder = folderPath(record.events, name) ?? '';
    return [
      text(`Only the keys of the requests in ${folder} were taken.`),
      // Blanks at the beginning of a line would not be drawn.
      ...read().map((line) =>
        paragraph([mono(line.trimStart(), 7)], { indent: (line.length - line.trimStart().length) * 4 }),
      ),
    ];
  } catch {
    // The plan and the files of a pack that came from anywhere may hold anything.
    return [text('The requests cannot be read as the record says they were.', { marked: true })];
  }
}
