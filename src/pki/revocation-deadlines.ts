import { addDuration, formatUtc, parseUtc } from '../base/dates.ts';
import type { LIST_REASONS } from './revocation-list.ts';

/*
 * Until when a certificate has to be revoked, once its CA knows why, and the CRL published that says so.
 */

/** Packs of the CA/Browser Forum, and how the clauses of their requirements are cited. All three have the same terms. */
const REQUIREMENTS = {
  'cabf-tls': 'TLS BR',
  'cabf-smime': 'S/MIME BR',
  'cabf-cs': 'CS BR',
} as const;

/** JSON: it stands in the record. */
export type Deadline = {
  /** `TLS BR §4.9.1.2` */
  readonly clause: string;
  /** What is to be done by then, in words. */
  readonly what: string;
  /** `YYYY-MM-DDTHH:MM:SSZ` */
  readonly until: string;
};

export interface Decided {
  /** Names of the script's rule packs. */
  readonly rules: readonly string[];
  /** Whether the certificate is that of a CA. */
  readonly isCa: boolean;
  readonly reason: (typeof LIST_REASONS)[number];
}

/** A term that begins when the CA comes to know, or when the certificate is revoked. */
interface Term {
  readonly section: string;
  readonly from: 'known' | 'revoked';
  readonly duration: 'PT24H' | 'P5D' | 'P7D';
  readonly what: string;
}

/** §4.9.7: whoever issues certificates of CAs, and whoever issues others, publishes the CRL a day after the revocation. */
const PUBLISHED: Term = {
  ...{ section: '§4.9.7', from: 'revoked', duration: 'PT24H' },
  what: 'publish the CRL that says so',
};

/** §4.9.1.2, whatever the reason. */
const OF_CA: readonly Term[] = [
  { section: '§4.9.1.2', from: 'known', duration: 'P7D', what: 'revoke the certificate of the CA' },
  PUBLISHED,
];

/**
 * §4.9.1.1. A reason code says only of a key whether it is one of the first cases, which have a day: an order that nobody
 * gave, or a validation that does not hold, share their codes with cases that have five. §4.9.5: both terms end with the
 * published revocation.
 */
const OF_SUBSCRIBER = {
  keyCompromise: [
    { section: '§4.9.1.1, §4.9.5', from: 'known', duration: 'PT24H', what: 'revoke the certificate and publish that' },
    PUBLISHED,
  ],
  other: [
    {
      ...{ section: '§4.9.1.1, §4.9.5', from: 'known', duration: 'PT24H' },
      what: 'revoke and publish, where nobody had ordered the certificate, or its validation cannot be relied on',
    },
    { section: '§4.9.1.1, §4.9.5', from: 'known', duration: 'P5D', what: 'revoke and publish, in every other case' },
    PUBLISHED,
  ],
} as const satisfies Readonly<Record<string, readonly Term[]>>;

function termsOf({ isCa, reason }: Omit<Decided, 'rules'>): readonly Term[] {
  if (isCa) return OF_CA;
  return reason === 'keyCompromise' || reason === 'cACompromise' ? OF_SUBSCRIBER.keyCompromise : OF_SUBSCRIBER.other;
}

function requirementsOf(rules: readonly string[]): readonly string[] {
  return Object.entries(REQUIREMENTS).flatMap(([pack, cited]) => (rules.includes(pack) ? [cited] : []));
}

/**
 * Every deadline of the requirements whose pack the script names; none where it names none of them.
 * @param known when the CA came to know of the reason, `YYYY-MM-DDTHH:MM:SSZ`
 * @param revokedAt the date of the revocation, likewise
 */
export function revocationDeadlines(decided: Decided, known: string, revokedAt: string): readonly Deadline[] {
  return requirementsOf(decided.rules).flatMap((cited) =>
    termsOf(decided).map(({ section, from, duration, what }) => ({
      ...{ clause: `${cited} ${section}`, what },
      until: formatUtc(addDuration(parseUtc(from === 'known' ? known : revokedAt), duration)),
    })),
  );
}

/** The same before anybody has said when: `7 days after the CA came to know: revoke the certificate of the CA (TLS BR §4.9.1.2)`. */
export function deadlineWords(decided: Decided): string[] {
  return requirementsOf(decided.rules).flatMap((cited) =>
    termsOf(decided).map(
      ({ section, from, duration, what }) =>
        `${DURATIONS[duration]} after ${from === 'known' ? 'the CA came to know' : 'the revocation'}: ${what} (${cited} ${section})`,
    ),
  );
}

const DURATIONS = { PT24H: '24 hours', P5D: '5 days', P7D: '7 days' } as const;
