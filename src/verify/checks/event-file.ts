import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const eventFile = defineCheck({
  id: 'EVENT-FILE',
  title: 'every file that was recorded is in the pack, with the digest and the size that were recorded',
  needs: ['events'],
  run({ events }, { pack, report }) {
    for (const event of events) {
      if (event.type !== 'file' || event.medium !== null) continue;
      const digest = pack.digest(event.path);
      if (digest === undefined) report(at(event), `records "${event.path}", which the pack does not have`);
      else if (digest !== event.sha256)
        report(at(event), `records "${event.path}" with SHA-256 ${event.sha256}; the file has ${digest}`);
      else if (pack.size(event.path) !== event.size) {
        report(at(event), `records "${event.path}" with ${event.size} bytes; the file has ${pack.size(event.path)}`);
      }
    }
  },
});
