import type { Event, ObservationEvent } from '../transcript/event.ts';
import type { LedgerPaperShare, LedgerShareSet, LedgerThing } from './ledger.ts';

/** Subject of what is observed of a share that is printed. */
export const PAPER_SHARE = 'paper-share';

/**
 * Before a page goes to the printer there may be one soon; after it was read back there is. `reading`: after an interruption
 * one that was read back is read once more, and another may be printed in its place.
 */
export type PaperState = 'printing' | 'reading' | 'read-back';

/** What the record says of one share that was printed, or begun to be. */
export interface PrintedPage extends LedgerPaperShare {
  readonly set: string;
  readonly step: string;
  /** Seq of the event that says so last. */
  readonly seq: number;
}

export function isOfPaper(event: Event): event is Event & ObservationEvent {
  return event.type === 'observation' && event.subject === PAPER_SHARE;
}

/** Each share of which a page was printed, or may have been, once: in the order in which that was begun. */
export function pagesIn(events: readonly Event[]): readonly PrintedPage[] {
  const pages = new Map<string, PrintedPage>();
  for (const { seq, step, facts } of events.filter(isOfPaper)) {
    const [set, seat, unit] = [facts['set'], facts['seat'], facts['unit']].map(String) as [string, string, string];
    const key = `${set} ${seat}`;
    const printedAt = typeof facts['printedAt'] === 'string' ? facts['printedAt'] : null;
    const before = pages.get(key);
    const sent = (before?.pages ?? 0) + (typeof facts['pages'] === 'number' ? facts['pages'] : 0);
    pages.set(key, { set, seat, unit, step, seq, printedAt: printedAt ?? before?.printedAt ?? null, pages: sent });
  }
  return [...pages.values()];
}

/** Of one set, as its ledger row has them; absent where none is. */
export function paperOf(set: string, events: readonly Event[]): Pick<LedgerShareSet, 'paper'> {
  const paper = pagesIn(events)
    .filter((page) => page.set === set)
    .map(({ seat, unit, printedAt, pages }) => ({ seat, unit, printedAt, pages }));
  return paper.length === 0 ? {} : { paper };
}

/** Those of a set of which nobody has seen the page destroyed. */
export function paperLeft(
  { paper = [] }: Pick<LedgerShareSet, 'paper'>,
  custody: readonly Pick<LedgerThing, 'unit' | 'state'>[],
): readonly LedgerPaperShare[] {
  return paper.filter(({ unit }) => !custody.some((thing) => thing.unit === unit && thing.state === 'destroyed'));
}

/** In words, whose page it is and what it is called in the custody register. Foreign text: escape it before showing. */
export function pageWords({ seat, unit, printedAt, pages }: LedgerPaperShare): string {
  const others = pages > 1 ? `, one of ${pages} pages` : '';
  const since = printedAt === null ? 'begun to be printed, and read back by nobody' : `printed ${printedAt}${others}`;
  return `${seat} ("${unit}", ${since})`;
}
