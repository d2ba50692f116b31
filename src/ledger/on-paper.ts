import { withCorrections } from '../transcript/correction.ts';
import type { Event } from '../transcript/event.ts';
import type { LedgerPlan } from './done.ts';
import type { LedgerOnPaper, LedgerThing } from './ledger.ts';

/*
 * Things that were destroyed on paper after an earlier ceremony had closed: its record could not have that, and the next one has it
 * typed. It is people's ink, and the register says so.
 */

/** Type of the step that types it. */
export const TRANSCRIBES_EARLIER = 'transcribe-earlier';

/** The register, with what was typed as destroyed; a thing that it did not have gets a row. */
export function withPaper(custody: readonly LedgerThing[], plan: LedgerPlan, events: readonly Event[]): LedgerThing[] {
  const things = new Map(custody.map((thing) => [thing.unit, thing]));
  for (const { unit, kind, onPaper } of typedIn(plan, events)) {
    const before = things.get(unit) ?? { unit, kind, make: null, serial: null };
    things.set(unit, { ...before, state: 'destroyed', bag: null, place: null, onPaper });
  }
  return [...things.values()];
}

interface Typed {
  readonly unit: string;
  readonly kind: string;
  readonly onPaper: LedgerOnPaper;
}

function typedIn(plan: LedgerPlan, events: readonly Event[]): Typed[] {
  const answers = withCorrections(events).filter((event) => event.type === 'answer');
  return plan.acts
    .flatMap(({ steps }) => steps)
    .filter(({ type }) => type === TRANSCRIBES_EARLIER)
    .flatMap(({ key, params }) => {
      const answer = answers.find((event) => event.step === key && event.values['unit'] === params['thing']);
      const at = answer?.values['at'];
      if (typeof at !== 'string') return [];
      const page = params['page'];
      return [
        {
          unit: String(params['thing']),
          kind: String(params['kind']),
          onPaper: {
            ceremony: Number(params['ceremony']),
            at,
            signed: (params['signed'] as readonly string[]).map(String),
            ...(typeof page === 'string' ? { page } : {}),
            step: key,
          },
        },
      ];
    });
}

/** How a thing was destroyed on paper, in words; empty where it was not. Foreign text. */
export function paperWords(unit: string, { custody }: { readonly custody: readonly LedgerThing[] }): string {
  const paper = custody.find((thing) => thing.unit === unit)?.onPaper;
  return paper === undefined
    ? ''
    : `on paper after ceremony ${paper.ceremony}, ${paper.at}, signed by ${paper.signed.join(' and ')}`;
}
