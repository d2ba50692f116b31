import type { JsonObject } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { readAddendum, SIGNERS_ASKED } from '../quorum/addendum.ts';
import { addendumScreen } from '../quorum/addendum-screen.ts';
import { type Authorization, countAuthorizers, readAuthorization } from '../quorum/authorization.ts';
import { isFounding, type Roster, readRoster } from '../quorum/roster.ts';
import { Shape } from '../quorum/shape.ts';
import { moduleAsAuthorized } from './module-file.ts';
import { Signing, type SigningSetup } from './signing.ts';

/** What the supervisor hands over of a sealed pack, and the addendum that is about to come into it. */
export interface VouchingStart {
  readonly addendum: Uint8Array;
  readonly authorization: Authorization;
  readonly roster: Roster;
}

/**
 * Reads what is handed over. Whoever vouches is told from others by the roster, whose digest people compare; the module
 * by which tokens are reached is one that the policy authority of that roster has signed for.
 * @throws CeremonyError ROSTER_INVALID, AUTHORIZATION_*, APPROVAL_*, ADDENDUM_INVALID
 */
export function readVouching(params: JsonObject): VouchingStart {
  const shape = new Shape(params, 'ADDENDUM_INVALID', 'the start of the guard');
  const addendum = shape.base64('addendum');
  const authorizationBytes = shape.base64('authorization');
  const rosterBytes = shape.base64('roster');
  const began = shape.has('began') ? readRoster(shape.base64('began')) : null;
  const expected = shape.digest('expectedRoster');
  const signatures = shape.map('signatures', (item, name, where) =>
    new Shape({ [name]: item }, 'ADDENDUM_INVALID', where).base64(name),
  );
  shape.end();
  const roster = readRoster(rosterBytes);
  if (roster.digest !== expected)
    throw new CeremonyError('ROSTER_INVALID', `the roster has SHA-256 ${roster.digest}; expected ${expected}`, {
      hint: 'the roster of the pack is not the one whose digest its members keep',
    });
  const authorization = readAuthorization(authorizationBytes);
  // The authorization of a first enrolment is older than the roster, and nobody could sign it.
  if (!isFounding(authorization)) {
    // Where the roster was changed in the ceremony, that was authorized by those of the one before.
    const then = began ?? roster;
    if (began && (roster.previous !== began.digest || roster.version !== began.version + 1))
      throw new CeremonyError(
        'ROSTER_INVALID',
        `the roster names ${roster.previous} before it, and not ${began.digest}`,
      );
    if (authorization.roster !== then.digest)
      throw new CeremonyError('AUTHORIZATION_ROSTER', `the authorization names the roster ${authorization.roster}`);
    countAuthorizers(authorizationBytes, signatures, then);
  }
  readAddendum(addendum);
  return { addendum, authorization, roster };
}

/** Members of the roster vouch for an addendum: any of them who has a token may, and two are asked for. */
export class Vouching {
  readonly #signing: Signing;

  /** @throws CeremonyError AUTHORIZATION_MODULE */
  constructor(setup: VouchingStart & Pick<SigningSetup, 'terminal' | 'startToken'>) {
    const { addendum, authorization } = setup;
    moduleAsAuthorized(authorization, authorization.cards);
    this.#signing = new Signing(setup, {
      name: 'ADDENDUM',
      bytes: addendum,
      screen: addendumScreen(readAddendum(addendum), sha256(addendum)),
      progress: (signed) => `${signed} have signed; ${SIGNERS_ASKED} are asked for`,
      whyNot: () => undefined,
    });
  }

  /** As `Signing.next`. */
  async next(): Promise<JsonObject> {
    return await this.#signing.next();
  }

  /** Ends the token process of the quorum tokens. */
  async end(): Promise<void> {
    await this.#signing.end();
  }
}
