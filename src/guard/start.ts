import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { type Authorization, type Measured, readAuthorization } from '../quorum/authorization.ts';
import { NO_ROSTER, type Roster, readRoster } from '../quorum/roster.ts';
import { Shape } from '../quorum/shape.ts';
import { readStanding } from './standing.ts';

/** What the supervisor hands over at the start, read: nothing of it is held against anything but the roster's digest. */
export interface Start {
  readonly authorization: Authorization;
  /** Its bytes, which the policy authority signs. */
  readonly authorizationBytes: Buffer;
  readonly roster: Roster;
  /** Seat → detached CMS over the authorization. */
  readonly signatures: ReadonlyMap<string, Buffer>;
  readonly measured: Omit<Measured, 'at'>;
  readonly people: 'played' | 'at-the-table';
  /** Whether the ceremony goes on after an interruption. */
  readonly resumes: boolean;
  /** Where paper shares are printed, as the site has it; null where it names no printer. */
  readonly printer: string | null;
  /** Of the previous pack; null for the first ceremony of a CA. */
  readonly ledger: Ledger | null;
}

/** @throws CeremonyError AUTHORIZATION_INVALID, ROSTER_INVALID, JSON_NOT_CANONICAL */
export function readStart(params: JsonObject): Start {
  const shape = new Shape(params, 'AUTHORIZATION_INVALID', 'the start of the guard');
  const authorizationBytes = shape.base64('authorization');
  const rosterBytes = shape.any('roster') === null ? null : shape.base64('roster');
  const expectedRoster = shape.digest('expectedRoster');
  const signatures = shape.map('signatures', (item, name, where) =>
    new Shape({ [name]: item }, 'AUTHORIZATION_INVALID', where).base64(name),
  );
  const files = {
    script: shape.digest('script'),
    site: shape.digest('site'),
    program: shape.digest('program'),
    previous: shape.digest('previous'),
    mode: shape.literal('mode', 'rehearsal', 'production'),
  };
  const people = shape.literal('people', 'played', 'at-the-table');
  const resumes = shape.flag('resumes');
  const printer = shape.has('printer') && shape.any('printer') !== null ? shape.text('printer', /^\//) : null;
  const documents = (['manifest', 'ledger'] as const).map((name) =>
    shape.any(name) === null ? null : shape.base64(name),
  );
  shape.end();
  const roster = rosterBytes === null ? NO_ROSTER : readRoster(rosterBytes);
  if (roster.digest !== expectedRoster) {
    throw new CeremonyError('ROSTER_INVALID', `the roster has SHA-256 ${roster.digest}; expected ${expectedRoster}`, {
      hint: 'the roster at hand is not the one whose digest its members keep',
    });
  }
  const authorization = readAuthorization(authorizationBytes);
  const measured = { ...files, roster: roster.digest };
  const [manifest, ledgerBytes] = documents;
  const ledger =
    manifest && ledgerBytes ? readStanding(authorization, files.previous, { manifest, ledger: ledgerBytes }) : null;
  return { authorization, authorizationBytes, roster, signatures, measured, people, resumes, printer, ledger };
}
