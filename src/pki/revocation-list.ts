import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import { isCalendarTime } from '../der/time.ts';
import { HOLD } from './hold.ts';
import type { Revocation } from './request.ts';

/*
 * What is to be revoked, as those who decided it bring it: a CSV file (RFC 4180) of four columns, a certificate a line.
 */

/** Of the file: more than a million lines of the longest. */
export const MAX_LIST_BYTES = 128 * 1024 * 1024;

/** As RFC 5280 calls them: §5.1.2.6, §5.3.1, §5.3.2. */
export const COLUMNS = ['serialNumber', 'revocationDate', 'reasonCode', 'invalidityDate'] as const;

/**
 * Reasons for which a CA revokes a certificate: for good, and last for a time, where a policy knows that. Left out:
 * `unspecified`, which says nothing; `removeFromCRL`, which takes it back; `aACompromise`, of attribute certificates.
 */
export const LIST_REASONS = [
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'privilegeWithdrawn',
  'certificateHold',
] as const satisfies readonly NonNullable<Revocation['reason']>[];

/** One that is to be revoked. */
export interface Revoked {
  /** What people call the certificate; undefined for one that nobody shows. */
  readonly name: string | undefined;
  readonly revocation: Revocation;
}

/** A certificate that the CA has issued. */
export interface Revocable {
  /** What people call it. */
  readonly name: string;
  /** Content octets, lowercase hex. */
  readonly serial: string;
  readonly notBefore: string;
  readonly notAfter: string;
  /** Whether it is the CA's own: one that is self-signed is revoked by nobody. */
  readonly isOwn: boolean;
  /** Why it is not in the partition that the CRL is of; absent where it is, or the CRL is of all that the CA issues. */
  readonly outside?: string | undefined;
}

/** By what a list is judged. */
export interface RevocationBounds {
  readonly issued: readonly Revocable[];
  /** What its last CRL lists already: serial number, as above → revocation date. */
  readonly listed: Pick<ReadonlyMap<string, string>, 'get'>;
  /** What it has on hold: that may be revoked for good. Serial number, as above. */
  readonly onHold?: Pick<ReadonlySet<string>, 'has'>;
  /** Why nothing is put on hold, where the rule packs do not permit it. */
  readonly noHold: string | undefined;
  /** thisUpdate of that CRL; undefined where there is none. */
  readonly lastUpdate: string | undefined;
  /** thisUpdate that the next CRL would have now. `YYYY-MM-DDTHH:MM:SSZ`, as are all others */
  readonly thisUpdate: string;
  /** What the CRL to come takes up from elsewhere: serial number, as above → where that is said. */
  readonly elsewhere?: Pick<ReadonlyMap<string, string>, 'get'>;
  /** Whether people say of a certificate that nobody shows that the CA has issued it; without it none of those is revoked. */
  readonly asserted?: boolean;
}

/** Programs print a serial number with the zero octet that keeps it positive, or without it; in capitals, or not. */
export function unsigned(serial: string): string {
  return serial.toLowerCase().replace(/^(00)+(?=..)/, '');
}

/** What is asked of one certificate. */
export interface Line extends Pick<Revocation, 'at' | 'invalidSince'> {
  /** As written, in lowercase. */
  readonly serial: string;
  readonly reason: (typeof LIST_REASONS)[number];
}

export function unfit(name: string, what: string): CeremonyError {
  return new CeremonyError('REVOCATION_UNFIT', `${name}: ${what}`, {
    hint: 'nothing is revoked by it: have the list put right by those who made it',
  });
}

/** What stands foreign in a line is quoted, and not all of it. */
export function clip(text: string): string {
  return escapeForeign(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

/** @returns what is wrong with it, where it is no line of such a list */
function readLine(line: string): Line | string {
  const [serial = '', at = '', reason = '', since, ...more] = line.split(',');
  if (since === undefined || more.length > 0)
    return `"${clip(line)}" has ${since === undefined ? line.split(',').length : more.length + 4} columns, expected ${COLUMNS.length}`;
  if (!/^([0-9a-f]{2}){1,20}$/i.test(serial))
    return `the serial number "${clip(serial)}" is not the octets of one in hex, as openssl and the ledger print them`;
  if (!isCalendarTime(at)) return `the revocation date "${clip(at)}" is not YYYY-MM-DDTHH:MM:SSZ`;
  const known = LIST_REASONS.find((one) => one === reason);
  if (!known) return `the reason "${clip(reason)}" is not one of ${LIST_REASONS.join(', ')}`;
  if (since !== '' && !isCalendarTime(since)) return `the invalidity date "${clip(since)}" is not YYYY-MM-DDTHH:MM:SSZ`;
  // RFC 5280 §4.1.2.5 has no form for earlier years.
  const early = [at, since].find((date) => date !== '' && date < '1950');
  if (early !== undefined) return `the date ${early} is before 1950`;
  return { serial: serial.toLowerCase(), at, reason: known, ...(since === '' ? {} : { invalidSince: since }) };
}

/** What is wrong with a line of the list, as a line; undefined where it is one. */
export function lineFault(line: string): string | undefined {
  const read = readLine(line);
  return typeof read === 'string' ? read : undefined;
}

/**
 * What speaks against revoking one certificate, all of it.
 * @param certificate undefined where the CA is not known to have issued one of that serial number
 */
export function revocationFaults(
  { serial, at, invalidSince, reason }: Omit<Line, 'reason'> & Partial<Pick<Line, 'reason'>>,
  certificate: Revocable | undefined,
  { listed, onHold, noHold, lastUpdate, thisUpdate, elsewhere, asserted = false }: Omit<RevocationBounds, 'issued'>,
): readonly string[] {
  const content = certificate?.serial ?? contentOf(serial);
  const before = listed.get(content);
  const isHeld = before !== undefined && (onHold?.has(content) ?? false);
  if (reason === HOLD && noHold !== undefined) return [`${serial} is to be put on hold: ${noHold}`];
  if (isHeld && reason === HOLD)
    return [`${serial} is on hold already, since ${before}: the CRL keeps its entry as it is`];
  if (before !== undefined && !isHeld)
    return [`${serial} is revoked already, since ${before}: the CRL keeps its entry as it is`];
  const other = elsewhere?.get(unsigned(serial));
  if (other !== undefined) return [`${serial} is revoked by ${other} too: one certificate has one entry`];
  if (!certificate && !asserted)
    return [`this CA has issued no certificate with the serial number ${serial}, by its ledger`];
  if (certificate?.isOwn) return [`"${certificate.name}" is this CA's own certificate: no CRL of its own revokes it`];
  if (certificate?.outside !== undefined)
    return [`"${certificate.name}" is in another partition than the CRL that would list it: ${certificate.outside}`];
  const name = certificate ? `"${certificate.name}"` : serial;
  const { notBefore, notAfter } = certificate ?? {};
  // Most have none: a million lines make no list each.
  let faults = NO_FAULTS;
  const say = (fault: string) => {
    faults = [...faults, fault];
  };
  if (at > thisUpdate) say(`${name} is revoked on ${at}, after the date of the CRL, ${thisUpdate}`);
  if (notBefore !== undefined && at < notBefore)
    say(`${name} is revoked on ${at}, and is valid only from ${notBefore}`);
  if (notAfter !== undefined && at > notAfter) say(`${name} is revoked on ${at}, and was valid only until ${notAfter}`);
  // RFC 5280 §5.3.2: whoever checked a signature against the CRL then was told that the certificate was good.
  if (lastUpdate !== undefined && at < lastUpdate)
    say(
      `${name} is revoked on ${at}, before the last CRL of ${lastUpdate}, which did not say so; an earlier time is its invalidity date`,
    );
  if (invalidSince !== undefined && invalidSince > at)
    say(`the invalidity date of ${name}, ${invalidSince}, is after its revocation`);
  if (invalidSince !== undefined && notBefore !== undefined && invalidSince < notBefore)
    say(`the invalidity date of ${name}, ${invalidSince}, is before it was valid, from ${notBefore}`);
  return faults;
}

const NO_FAULTS: readonly string[] = [];

/** Content octets of a number that is not negative, in hex: as a certificate of which nothing else is known has them. */
export function contentOf(serial: string): string {
  const digits = unsigned(serial);
  return /^[89a-f]/.test(digits) ? `00${digits}` : digits;
}
