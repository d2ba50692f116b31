import { withCorrections } from '../transcript/correction.ts';
import type { Event } from '../transcript/event.ts';
import type { LedgerPlan } from './done.ts';
import type { Ledger, LedgerOnPaper, LedgerThing } from './ledger.ts';
import { unitNamed } from './media.ts';

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

/**
 * The last of what the ledger knows to have been before a thing can have been destroyed after the close of that ceremony: what was
 * written on it, that it was found, and what was done in that ceremony or before it. Undefined where it knows of nothing.
 * @param thing as the custody register calls it
 */
export function lastBefore(ledger: Ledger, thing: string, ceremony: number): string | undefined {
  const { keys, copies, backups = [], shareSets, losses = [], former = [], renewed = [] } = ledger;
  const isLast = ceremony === ledger.number;
  const isIt = (medium: string) => unitNamed(medium) === thing;
  const times = [
    ...keys.flatMap(({ states }) => states.filter((one) => one.ceremony <= ceremony).map(({ at }) => at)),
    ...backups.filter(({ media }) => isLast || media.some(isIt)).map(({ madeAt }) => madeAt),
    ...shareSets
      .flatMap(({ paper = [] }) => paper)
      .filter(({ unit }) => isLast || unit === thing)
      .map(({ printedAt }) => printedAt),
    ...losses
      .filter((one) => isLast || (one.thing === thing && one.kind !== 'hsm' && one.state === 'found'))
      .map(({ at }) => at),
    ...(isLast
      ? [
          ...keys.flatMap(({ generatedAt, destroyed }) => [generatedAt, destroyed?.at]),
          ...copies.flatMap(({ provenAt, destroyed }) => [provenAt, destroyed?.at]),
          ...former.map(({ leftAt }) => leftAt),
          ...renewed.map(({ renewedAt }) => renewedAt),
        ]
      : []),
  ];
  return times
    .filter((at) => typeof at === 'string')
    .sort()
    .at(-1);
}

/** How a thing was destroyed on paper, in words; empty where it was not. Foreign text. */
export function paperWords(unit: string, { custody }: { readonly custody: readonly LedgerThing[] }): string {
  const paper = custody.find((thing) => thing.unit === unit)?.onPaper;
  return paper === undefined
    ? ''
    : `on paper after ceremony ${paper.ceremony}, ${paper.at}, signed by ${paper.signed.join(' and ')}`;
}
