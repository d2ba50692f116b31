import { randomBytes } from 'node:crypto';
import { type Json, type JsonObject, parseCanonicalObject } from '../base/canonical-json.ts';
import { addDuration, formatUtc, parseUtc } from '../base/dates.ts';
import { NO_DIGEST, type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import type { Authorization } from '../quorum/authorization.ts';
import { enrolmentBytes, fingerprintOf } from '../quorum/enrolment.ts';
import { enrolmentScreen, rosterScreen } from '../quorum/enrolment-screen.ts';
import { certifyMember, type MemberAlgorithm, tokenFingerprint } from '../quorum/member-keys.ts';
import { verifyAsMember } from '../quorum/member-signature.ts';
import { isFounding, type Member, memberOf, type Roster, readMemberToken, readRoster } from '../quorum/roster.ts';
import type { TokenProcess } from '../token/client.ts';
import { cardOf, type PresentedCard, presentCard, presentToken } from './cards.ts';
import { type MadeKey, memberKeys } from './member-key-pairs.ts';
import type { Signed } from './people.ts';
import type { GuardTerminal } from './terminal.ts';

/** What the core asks for: whose token it is, and how it gets its keys. */
export interface EnrolRequest {
  readonly seat: string;
  readonly role: string;
  readonly serial: string;
  readonly model: string;
  readonly keys: 'generated' | 'adopted';
  readonly algorithm: MemberAlgorithm;
  /** Labels of the private keys to adopt; null where the token has but one of each purpose. */
  readonly labels: { readonly sign: string | null; readonly open: string | null };
  /** ISO 8601 duration from now: shown in the certificates, and not used. */
  readonly validity: string;
}

export interface Enrolled extends Signed {
  readonly statement: Uint8Array;
  readonly fingerprint: Sha256;
  /** What the token reports of both private keys. */
  readonly attributes: JsonObject;
}

export interface EnrollingSetup {
  readonly authorization: Authorization;
  readonly terminal: GuardTerminal;
  readonly cards: () => Promise<TokenProcess>;
  readonly now: () => string;
}

/**
 * A first enrolment: there is no roster, so there is no quorum and no HSM, and each token answers to its holder's PIN
 * alone. What is made here proves possession, and no more: a roster is trusted for the digest that its members have
 * taken home.
 */
export class Enrolling {
  readonly #setup: EnrollingSetup;

  constructor(setup: EnrollingSetup) {
    this.#setup = setup;
  }

  /** One presentation of one token: it gets its keys, opens a test envelope, and signs whose it is. */
  async enrol(ceremony: Sha256, request: EnrolRequest): Promise<Enrolled> {
    const { authorization, terminal, cards, now } = this.#setup;
    const { seat, role, serial, model } = request;
    return await terminal.session(async () => {
      await terminal.show(enrolmentScreen(request));
      const holder = { seat, tokens: [{ serial, model }] };
      return await presentToken(cards, terminal, authorization, holder, async (client, _named, tries) => {
        const made = await memberKeys(client, { ...request, ceremony });
        const from = now();
        const until = formatUtc(addDuration(parseUtc(from), request.validity));
        const serials = [Uint8Array.of(1, ...randomBytes(16)), Uint8Array.of(1, ...randomBytes(16))] as const;
        const spki = { signing: made.sign.spki, encryption: made.open.spki };
        const certificates = await certifyMember(seat, spki, serials, { from, until }, (mechanism, bytes) =>
          client.sign({ serial }, spki.signing, mechanism, bytes),
        );
        const origin = request.keys === 'generated' ? ('generated-here' as const) : ('adopted' as const);
        const token = { serial, model, origin, ...certificates };
        const statement = enrolmentBytes({ ceremony, authorization: authorization.digest, seat, role, token });
        const member: Member = { seat, role, evidence: 'token', tokens: [asOnRoster(statement, seat)] };
        const card = cardOf(client, member, member.tokens[0] as Member['tokens'][number], tries);
        await card.proveDecryption();
        const signature = await card.sign(statement);
        const fingerprint = tokenFingerprint(spki.signing, spki.encryption);
        const attributes = { sign: attributesOf(made.sign), open: attributesOf(made.open) };
        return { statement, signature, card, fingerprint, attributes };
      });
    });
  }

  /** One member's token signs the roster that is about to be: only one that stands in it can, by its own keys. */
  async signRoster(seat: string, bytes: Uint8Array): Promise<Signed> {
    const { authorization, terminal, cards } = this.#setup;
    const roster = this.#founding(bytes);
    const member = memberOf(roster, seat);
    if (!member || member.tokens.length === 0)
      throw new CeremonyError('APPROVAL_STRANGER', `"${escapeForeign(seat)}" has no token on the roster to be signed`);
    return await terminal.session(async () => {
      await terminal.show(rosterScreen(roster, seat, member.tokens.map(fingerprintOf)));
      const use = async (card: PresentedCard) => {
        await card.proveDecryption();
        return { signature: await card.sign(bytes), card };
      };
      return await presentCard(cards, terminal, authorization, member, use);
    });
  }

  /**
   * The roster by which everything is judged from here on: signed by each of its token holders.
   * @throws CeremonyError ROSTER_INVALID, AUTHORIZATION_TOKEN, APPROVAL_*
   */
  enact(bytes: Uint8Array, signatures: ReadonlyMap<string, Uint8Array>): Roster {
    const roster = this.#founding(bytes);
    for (const { seat, tokens } of roster.members) {
      for (const { serial } of tokens) this.#requireAuthorized(seat, serial);
      if (tokens.length === 0) continue;
      const signature = signatures.get(seat);
      if (!signature) throw new CeremonyError('ROSTER_INVALID', `"${seat}" has not signed the roster`);
      verifyAsMember(
        signature,
        bytes,
        tokens.map((token) => token.signing),
      );
    }
    return roster;
  }

  #founding(bytes: Uint8Array): Roster {
    const roster = readRoster(bytes);
    if (roster.version !== 1 || !isFounding({ roster: roster.previous })) {
      throw new CeremonyError(
        'ROSTER_INVALID',
        `the roster has version ${roster.version} and names ${roster.previous} before it; a first one has version 1 and names ${NO_DIGEST}`,
      );
    }
    return roster;
  }

  #requireAuthorized(seat: string, serial: string): void {
    if (this.#setup.authorization.tokens.some((named) => named.serial === serial)) return;
    throw new CeremonyError(
      'AUTHORIZATION_TOKEN',
      `the token ${escapeForeign(serial)} of "${seat}" is not named in the authorization`,
    );
  }
}

/** The token as a reader of the roster will have it: what that would refuse is refused here. */
function asOnRoster(statement: Uint8Array, seat: string): Member['tokens'][number] {
  const { token } = parseCanonicalObject(statement, 'the enrolment');
  return readMemberToken(token as Json, `the enrolment of "${seat}"`);
}

function attributesOf({ spki, label, attributes }: MadeKey): JsonObject {
  return { label, spkiSha256: sha256(spki), private: { ...attributes } };
}
