import { CeremonyError } from '../base/errors.ts';
import { CARD_NAMES, cardNamed } from './card-personalities.ts';
import { personalityNamed } from './personalities.ts';

/** What a rehearsal plays: its HSMs and its quorum cards, each as at most one kind of device. */
export interface PlayedAs {
  readonly as?: string;
  readonly cardsAs?: string;
}

/** Tells the names of `--as` apart. @throws CeremonyError USAGE for a name that nobody plays, and for two of a kind */
export function playedAs(names: readonly string[]): PlayedAs {
  const cards = names.filter((name) => cardNamed(name));
  const hsms = names.filter((name) => !cardNamed(name));
  for (const name of hsms) personalityNamed(name);
  for (const [what, named] of [
    ['HSMs', hsms],
    ['quorum cards', cards],
  ] as const) {
    if (named.length > 1)
      throw new CeremonyError(
        'USAGE',
        `the ${what} of a rehearsal are played as one kind, not as ${named.join(' and ')}`,
        {
          hint: `--as once for the HSMs, and once for the quorum cards: ${CARD_NAMES.join(', ')}`,
        },
      );
  }
  const [as] = hsms;
  const [cardsAs] = cards;
  return { ...(as === undefined ? {} : { as }), ...(cardsAs === undefined ? {} : { cardsAs }) };
}
