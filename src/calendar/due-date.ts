/** How long before, or after what was seen last, a date is due: ISO 8601 durations. */
export interface Intervals {
  /** From the last safe day of the next CRL's ceremony to the end of the CRL that is in force. */
  readonly lead: string;
  /** The same of a delta CRL, which lasts days where the other lasts a year. */
  readonly deltaLead: string;
  /** Before the end of a certificate, at the least: what its key signs has to fit in, and not all of that is known here. */
  readonly reissue: string;
  /** From one proof of a copy of a key, and from one opening of a share set, to the next. */
  readonly drill: string;
  /** From the making of a wrapped copy, or the last restoration from one, to the next drill. */
  readonly backupDrill: string;
  /** From one look at what lies sealed to the next. */
  readonly custody: string;
}

/** No standard fixes these: a CA's policy does, and the command line takes its numbers. */
export const INTERVALS: Intervals = {
  ...{ lead: 'P30D', deltaLead: 'P7D', reissue: 'P1Y' },
  ...{ drill: 'P1Y', backupDrill: 'P3M', custody: 'P1Y' },
};

/** Kind of a due date → what falls due, and whether the very second is meant or a day. */
export const DUE_KINDS = {
  'crl-ceremony': { title: 'last safe day for the next CRL', precise: false },
  'crl-end': { title: 'CRL ends', precise: true },
  'delta-ceremony': { title: 'last safe day for a delta CRL', precise: false },
  'delta-end': { title: 'delta CRL ends', precise: true },
  'ocsp-end': { title: 'OCSP response ends', precise: true },
  reissue: { title: 'time to issue it again', precise: false },
  'certificate-end': { title: 'certificate ends', precise: true },
  'waiver-end': { title: 'waiver holds for the last day', precise: false },
  'restore-drill': { title: 'restore drill', precise: false },
  'share-drill': { title: 'share drill', precise: false },
  'copy-left': { title: 'copy left by a restoration', precise: false },
  loss: { title: 'what is lost calls for it', precise: false },
  'custody-check': { title: 'custody check', precise: false },
} as const satisfies Readonly<Record<string, { readonly title: string; readonly precise: boolean }>>;

export type DueKind = keyof typeof DUE_KINDS;

export interface DueDate {
  readonly kind: DueKind;
  /** UTC. */
  readonly at: string;
  /** The thing, such as `CRL "root"`; once among those of its kind. Foreign text: it is escaped where it is shown. */
  readonly what: string;
  /** What stands behind the date and what is to be done, in one line. Foreign text. */
  readonly says: string;
  /** What the thing is, whatever ledgers come after: the digest of its key or file, the id of a set, a place. */
  readonly about: string;
}

/** Says why something has no date. Foreign text. */
export type Note = (text: string) => void;
