import { prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { mono, paragraph, run, text } from './layout/style.ts';
import { cells, drawTable } from './layout/table.ts';
import type { PackRecord } from './record.ts';

/** The files of the pack by digest, as the signed manifest lists them. */
export function drawFiles(sheet: Sheet, record: PackRecord): void {
  prose(sheet, [
    text(
      record.manifest
        ? 'As listed in manifest.json, which every holder of a token who was present signs. Not listed there: the transcript ' +
            'events.jsonl, which its head and number of events bind, and what is added later (signatures, timestamps, addenda, views).'
        : 'There is no manifest: the ceremony was not closed. These are the files as they lay in the folder when this report was made.',
      { before: 0 },
    ),
  ]);
  sheet.skip(6);
  drawTable(
    sheet,
    [
      { title: 'File', share: 36 },
      { title: 'Bytes', share: 9 },
      { title: 'SHA-256', share: 55 },
    ],
    record.files.map((file) =>
      cells(
        [paragraph([run(file.path, { size: 7 })])],
        [paragraph([run(String(file.size), { size: 7 })])],
        [paragraph([mono(file.sha256, 6.3)])],
      ),
    ),
    { padding: 1 },
  );
}
