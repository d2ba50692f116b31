import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import { DUE_KINDS, type DueDate } from './due-date.ts';
import type { Calendar } from './due-dates.ts';
import type { CalendarFacts } from './facts.ts';

/** Octets of a content line without its end (RFC 5545 §3.1). */
const LINE = 75;

/** Before each date: time to call the people together, and time to look whether it was done. */
const ALARMS: readonly string[] = ['-P30D', '-P7D'];

/**
 * The dates as an iCalendar object (RFC 5545): UTF-8, CRLF, folded. No clock is in it: stamps are those of the ceremony that
 * wrote the ledger, so that the same packs give the same bytes. A thing keeps its UID from one ledger to the next, which
 * has a higher SEQUENCE: a calendar that takes the new file moves its entry (RFC 5545 §3.8.4.7, §3.8.7.4).
 * @throws CeremonyError USAGE when nothing is due: there is no iCalendar object without a component (§3.6)
 */
export function calendarIcs({ dates }: Calendar, facts: CalendarFacts): string {
  if (dates.length === 0)
    throw new CeremonyError('USAGE', '--ics: nothing is due, and there is no iCalendar file without an entry', {
      hint: 'without --ics it is said why',
    });
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//quorate//calendar 1//EN',
    'CALSCALE:GREGORIAN',
    ...dates.flatMap((date) => event(date, facts)),
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join('');
}

function event(date: DueDate, facts: CalendarFacts): string[] {
  const { title, precise } = DUE_KINDS[date.kind];
  const summary = text(`${facts.mode === 'rehearsal' ? 'REHEARSAL: ' : ''}${title}: ${escapeForeign(date.what)}`);
  const known = `By the ledger of ceremony ${facts.ledger.number}, SHA-256 ${facts.digest}.`;
  return [
    'BEGIN:VEVENT',
    `UID:${uidOf(date, facts)}`,
    `DTSTAMP:${basic(facts.closedAt)}`,
    `SEQUENCE:${facts.ledger.number}`,
    precise ? `DTSTART:${basic(date.at)}` : `DTSTART;VALUE=DATE:${basic(date.at).slice(0, 8)}`,
    `SUMMARY:${summary}`,
    `DESCRIPTION:${text(`${escapeForeign(date.says)}\n${known}`)}`,
    // Nobody is busy because a CRL ends.
    'TRANSP:TRANSPARENT',
    ...ALARMS.flatMap((trigger) => [
      'BEGIN:VALARM',
      'ACTION:DISPLAY',
      `DESCRIPTION:${summary}`,
      `TRIGGER:${trigger}`,
      'END:VALARM',
    ]),
    'END:VEVENT',
  ];
}

/** From digests of the ledger alone: the CA's first key, and what the date is about. */
function uidOf({ kind, about }: DueDate, { ledger }: CalendarFacts): string {
  const ca = ledger.keys[0]?.spkiSha256 ?? ledger.ceremony;
  return sha256(`quorate/calendar/1\n${ca}\n${kind}\n${about}`);
}

/** `20290228T090000Z` (§3.3.5, form 2). */
function basic(utc: string): string {
  return utc.replaceAll(/[-:]/g, '');
}

/** §3.3.11. */
function text(value: string): string {
  return value.replaceAll(/[\\;,]/g, (character) => `\\${character}`).replaceAll('\n', '\\n');
}

/** §3.1: a line is cut between characters, not within one, and goes on after CRLF and a space, which counts. */
function fold(line: string): string {
  let folded = '';
  let octets = 0;
  for (const character of line) {
    const length = Buffer.byteLength(character);
    if (octets + length > LINE) {
      folded += '\r\n ';
      octets = 1;
    }
    folded += character;
    octets += length;
  }
  return folded;
}
