import { listAt, plain, textAt, valueAt } from './facts.ts';
import type { Pair } from './layout/blocks.ts';
import { text } from './layout/style.ts';
import { nameOf } from './participants.ts';
import type { PackRecord } from './record.ts';

/** What people looked at apart from the screen before anybody approved: the second screen, and sheets of paper. */
export function examinedLines(record: PackRecord, proposal: number): Pair[] {
  return record.events.flatMap((event): Pair[] => {
    if (event.type !== 'observation' || valueAt(event.facts, 'proposal') !== proposal) return [];
    const { facts, seq } = event;
    const who = nameOf(record, textAt(facts, 'seat') ?? '');
    const typed = `the last row of its digest, “${textAt(facts, 'words') ?? 'not recorded'}”`;
    switch (event.subject) {
      case 'second-screen': {
        const medium = `medium "${textAt(facts, 'medium') ?? ''}", ${plain(valueAt(facts, 'copies') ?? null)} copies`;
        return [['Second screen', [text(`read there by ${who}, who typed ${typed}; by ${medium}; event ${seq}`)]]];
      }
      case 'sheet': {
        const checked = listAt(facts, 'checkedBy').map((seat) => nameOf(record, String(seat)));
        const by = checked.length === 0 ? '' : `, checked by ${checked.join(', ')}`;
        return [['Sheets of paper', [text(`they agreed: ${who} typed ${typed} from one${by}; event ${seq}`)]]];
      }
      default:
        return [];
    }
  });
}
