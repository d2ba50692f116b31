import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const eventMedium = defineCheck({
  id: 'EVENT-MEDIUM',
  title: "every copy on a medium is recorded with the digest of the pack's file",
  needs: ['events'],
  run({ events }, { report }) {
    const written = new Map<string, string>();
    for (const event of events) {
      if (event.type !== 'file') continue;
      if (event.medium === null) written.set(event.path, event.sha256);
      const original = written.get(event.path);
      if (event.medium !== null && original !== undefined && original !== event.sha256) {
        report(
          at(event),
          `"${event.path}" on "${event.medium}" has SHA-256 ${event.sha256}; the pack's file has ${original}`,
        );
      }
    }
  },
});
