import type { Event } from '../transcript/event.ts';
import { changesOf, changeText, drawCorrections } from './corrections.ts';
import { deviationsOf, drawDeviations, effectOf } from './deviations.ts';
import { textAt } from './facts.ts';
import { heading, prose } from './layout/blocks.ts';
import type { Sheet } from './layout/sheet.ts';
import { bold, type Paragraph, paragraph, small, text } from './layout/style.ts';
import { cells, drawTable } from './layout/table.ts';
import { operationsOf } from './operations.ts';
import { nameOf } from './participants.ts';
import { drawPauses } from './pauses.ts';
import type { PackRecord } from './record.ts';
import { choiceText, resumeText } from './table-entries.ts';
import { clockOf, dayOf } from './times.ts';

interface Departure {
  readonly seq: number;
  readonly at: string;
  readonly name: string;
  readonly step: string;
  readonly what: string;
}

/**
 * Everything that did not go as the script says, in one place: deviations, pauses and corrections in full, and then all
 * of it in order, with refusals, decisions, declined approvals, failures, skipped steps, a resume, an abort.
 */
export function drawDepartures(sheet: Sheet, record: PackRecord): void {
  const departures = record.events.flatMap((event) => departureOf(record, event));
  drawDeviations(sheet, record);
  drawPauses(sheet, record);
  drawCorrections(sheet, record);
  if (hasDepartures(record)) heading(sheet, 2, 'All that did not go as written, in order', 80);
  const unread = record.lines.filter(({ event }) => event === undefined);
  if (departures.length === 0) {
    prose(sheet, [paragraph([bold('None recorded.')])], { after: 2 });
  } else {
    drawTable(
      sheet,
      [
        { title: 'Event', share: 8 },
        { title: 'What', share: 14 },
        { title: 'Step', share: 19 },
        { title: 'Detail', share: 44 },
        { title: 'Time (UTC)', share: 15 },
      ],
      departures.map((one) =>
        cells(
          [text(String(one.seq), { size: 7.8 })],
          [paragraph([bold(one.name, 7.8)])],
          stepCell(record, one.step),
          [text(one.what, { size: 7.8 })],
          [text(clockOf(one.at), { size: 7.8 }), small(dayOf(one.at))],
        ),
      ),
    );
  }
  if (unread.length > 0) {
    prose(sheet, [
      text('Lines of the transcript that are not shown:', { before: 6, marked: true }),
      ...unread.map(({ seq, fault }) => text(`event ${seq}: ${fault ?? ''}`, { marked: true, before: 1, indent: 8 })),
    ]);
  }
  if (record.gaps.length > 0) {
    prose(sheet, [
      text('Parts of the pack that could not be read when this report was made:', { before: 6, marked: true }),
      ...record.gaps.map((gap) => text(gap, { marked: true, before: 1, indent: 8 })),
    ]);
  }
}

/** Whether there is more than a list: deviations, pauses and corrections have parts of their own. */
export function hasDepartures({ events }: PackRecord): boolean {
  return events.some(({ type }) => type === 'deviation' || type === 'pause' || type === 'correction');
}

function stepCell(record: PackRecord, key: string): Paragraph[] {
  const step = record.steps.get(key);
  return step ? [text(step.number, { size: 7.8 }), small(key)] : [small(key === '' ? '–' : key)];
}

function departureOf(record: PackRecord, event: Event): Departure[] {
  const at = { seq: event.seq, at: event.at };
  switch (event.type) {
    case 'refusal': {
      const who = event.seat === null ? '' : `${nameOf(record, event.seat)}: `;
      return [{ ...at, name: 'refused', step: event.step, what: `${who}${event.code}: ${event.message}` }];
    }
    case 'declined': {
      const deviation = deviationsOf(record).find((one) => one.event.seq === event.proposal);
      return [
        {
          ...at,
          name: 'declined',
          step: deviation?.event.step ?? stepOfProposal(record, event.proposal),
          what: `${nameOf(record, event.seat)} declined to approve${deviation ? ` deviation ${deviation.number}` : ''}: ${event.reason}`,
        },
      ];
    }
    case 'deviation': {
      const deviation = deviationsOf(record).find((one) => one.event.seq === event.seq);
      const said = deviation ? `${deviation.number}: ${event.what}; effect: ${effectOf(deviation)}` : event.what;
      return [{ ...at, name: 'deviation', step: event.step, what: said }];
    }
    case 'pause':
      return [
        event.phase === 'begin'
          ? { ...at, name: 'pause', step: event.step, what: event.why }
          : { ...at, name: 'went on', step: event.step, what: `after the pause: ${event.why}` },
      ];
    case 'correction': {
      const changes = changesOf(record, event).map(changeText).join('; ');
      return [{ ...at, name: 'corrected', step: event.step, what: `event ${event.answer}: ${changes}. ${event.why}` }];
    }
    case 'decision': {
      const what = `${choiceText(event.choice)}, by ${nameOf(record, event.seat)}, about event ${event.about}`;
      return [{ ...at, name: 'decided', step: event.step, what }];
    }
    case 'resume':
      return [{ ...at, name: 'resumed', step: event.step, what: resumeText(event) }];
    case 'reconciliation':
      return [
        {
          ...at,
          name: 'reconciled',
          step: event.step,
          what: `the operation of event ${event.proposal}: ${event.outcome.replaceAll('-', ' ')}`,
        },
      ];
    case 'result': {
      if (event.outcome === 'done') return [];
      const why = [textAt(event.facts, 'code'), textAt(event.facts, 'message')].filter(Boolean).join(': ');
      return [{ ...at, name: 'failed', step: stepOfProposal(record, event.proposal), what: why }];
    }
    case 'step':
      return event.phase === 'skip' ? [{ ...at, name: 'skipped', step: event.step, what: event.why }] : [];
    case 'abort':
      return [{ ...at, name: 'aborted', step: event.step, what: `${event.code}: ${event.message}` }];
    default:
      return [];
  }
}

function stepOfProposal(record: PackRecord, seq: number): string {
  return operationsOf(record).find((operation) => operation.proposed.seq === seq)?.proposed.step ?? '';
}
