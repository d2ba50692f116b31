import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import type { Authorization } from '../quorum/authorization.ts';
import { type Enrolment, readEnrolment } from '../quorum/enrolment.ts';
import { enrolledBeforeScreen } from '../quorum/enrolment-screen.ts';
import { verifyAsMember } from '../quorum/member-signature.ts';
import type { Member } from '../quorum/roster.ts';
import { serialShown } from '../quorum/serial.ts';
import type { CardSearch } from './card-search.ts';
import { presentCard } from './cards.ts';
import type { Signed } from './people.ts';
import type { GuardTerminal } from './terminal.ts';

export interface EnrolledBeforeSetup {
  readonly authorization: Authorization;
  readonly terminal: GuardTerminal;
  readonly search: CardSearch;
}

/**
 * What a token signed in front of another guard, before an interruption: whose it is. It is no more than the core's word
 * that this was asked for by a guard, so its holder presents it once more, and its keys are tried.
 * @throws CeremonyError APPROVAL_DIGEST of another ceremony or authorization; APPROVAL_SIGNATURE not by the key that it
 *   names; AUTHORIZATION_TOKEN a token that the authorization does not name; JSON_NOT_CANONICAL, ROSTER_INVALID
 */
export function readEnrolledBefore(
  ceremony: Sha256,
  authorization: Authorization,
  statement: Uint8Array,
  signature: Uint8Array,
): Enrolment {
  const enrolment = readEnrolment(statement);
  const { seat, token } = enrolment;
  if (enrolment.ceremony !== ceremony || enrolment.authorization !== authorization.digest)
    throw new CeremonyError(
      'APPROVAL_DIGEST',
      `the enrolment of "${escapeForeign(seat)}" is one of another ceremony, or under another authorization`,
    );
  verifyAsMember(signature, statement, [token.signing]);
  if (!authorization.tokens.some(({ serial, model }) => serial === token.serial && model === token.model))
    throw new CeremonyError(
      'AUTHORIZATION_TOKEN',
      `the token ${serialShown(token.serial)} of "${seat}" is not named in the authorization`,
    );
  return enrolment;
}

/** By what `enrol` knows the token: its serial where that tells it from all others of the authorization, or its signing key. */
export function identityOf({ token }: Enrolment, { tokens }: Authorization): string {
  const alike = tokens.filter(({ serial }) => serial === token.serial).length;
  return token.serial !== '' && alike === 1 ? token.serial : token.signingSpki;
}

/**
 * The token opens a test envelope and signs the same once more: it has both keys, now, in front of this guard.
 * @throws CeremonyError OFFICER_DECLINED, and what a presentation throws
 */
export async function presentAgain(
  { terminal, search }: EnrolledBeforeSetup,
  { seat, role, token }: Enrolment,
  statement: Uint8Array,
): Promise<Signed> {
  const member: Member = { seat, role, evidence: 'token', tokens: [token] };
  return await terminal.session(async () => {
    await terminal.show(enrolledBeforeScreen({ seat, role, token }));
    const reason = await terminal.readDecision(seat);
    if (reason !== undefined)
      throw new CeremonyError(
        'OFFICER_DECLINED',
        `"${seat}" does not stand by the enrolment before the interruption: ${escapeForeign(reason).slice(0, 400)}`,
      );
    return await presentCard(search, member, { signatures: 1, openings: 1 }, async (card) => {
      await card.proveDecryption();
      const signature = await card.sign(statement);
      verifyAsMember(signature, statement, [token.signing]);
      return { signature, card };
    });
  });
}
