import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../base/canonical-json.ts';
import { addDuration, formatUtc, parseUtc } from '../base/dates.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import type { Authorization } from '../quorum/authorization.ts';
import { type Enrolment, enrolmentBytes, fingerprintOf, readEnrolment } from '../quorum/enrolment.ts';
import { enrolmentScreen, rosterScreen, signedBeforeScreen } from '../quorum/enrolment-screen.ts';
import { certifyMember, type MemberAlgorithm, tokenFingerprint } from '../quorum/member-keys.ts';
import { verifyAsMember } from '../quorum/member-signature.ts';
import { type Member, memberOf, type Roster, readRoster } from '../quorum/roster.ts';
import type { CardSearch } from './card-search.ts';
import { cardOf, type PresentedCard, presentCard, presentToken } from './cards.ts';
import { identityOf, presentAgain, readEnrolledBefore } from './enrolled-before.ts';
import { Founding } from './founding.ts';
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
  /** SHA-256 of the SubjectPublicKeyInfo of its signing key, where its serial does not tell it from others; else null. */
  readonly key: Sha256 | null;
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
  /** How each token is found. */
  readonly search: CardSearch;
  readonly now: () => string;
}

/** Two certificates, and the enrolment itself. */
const ENROLMENT_SIGNATURES = 3;

/**
 * Enrolments, and of a first one the roster: then there is none before, so there is no quorum and no HSM, and each token
 * answers to its holder's PIN alone. What is made here proves possession, and no more: a roster is trusted for the digest that its members have
 * taken home.
 */
export class Enrolling {
  readonly #setup: EnrollingSetup;
  readonly #founding: Founding;

  constructor(setup: EnrollingSetup) {
    this.#setup = setup;
    this.#founding = new Founding(setup.authorization);
  }

  get enrolments(): readonly Enrolment[] {
    return this.#founding.enrolments;
  }

  /**
   * One presentation of one token: it gets its keys, opens a test envelope, and signs whose it is.
   * @param renews whether its holder is on the roster in force with another one
   */
  async enrol(ceremony: Sha256, request: EnrolRequest, renews = false): Promise<Enrolled> {
    const { authorization, terminal, search, now } = this.#setup;
    const { seat, role, serial, model, key } = request;
    const identity = key ?? serial;
    if (identity === '')
      throw new CeremonyError('TOKEN_UNEXPECTED', `the token of "${seat}" has no serial, and no key of it is named`);
    this.#founding.holdToken(seat, identity);
    return await terminal.session(async () => {
      await terminal.show(enrolmentScreen({ ...request, renews }));
      const holder = { seat, tokens: [{ serial, model, ...(key === null ? {} : { signingSpki: key }) }] };
      return await presentToken(search, holder, async (at) => {
        const { client, name, pin } = at;
        const made = await memberKeys(client, { ...request, name, ceremony });
        await pin.keepFor([
          { spki: made.sign.spki, times: ENROLMENT_SIGNATURES },
          { spki: made.open.spki, times: 1 },
        ]);
        const from = now();
        const until = formatUtc(addDuration(parseUtc(from), request.validity));
        const serials = [Uint8Array.of(1, ...randomBytes(16)), Uint8Array.of(1, ...randomBytes(16))] as const;
        const spki = { signing: made.sign.spki, encryption: made.open.spki };
        const certificates = await certifyMember(seat, spki, serials, { from, until }, (mechanism, bytes) =>
          pin.using(spki.signing, (asked) => client.sign(name, spki.signing, mechanism, bytes, asked)),
        );
        const origin = request.keys === 'generated' ? ('generated-here' as const) : ('adopted' as const);
        const token = { serial, model, origin, ...certificates };
        const statement = enrolmentBytes({ ceremony, authorization: authorization.digest, seat, role, token });
        // The token as a reader of the roster will have it: what that would refuse is refused here.
        const enrolment = readEnrolment(statement);
        const member: Member = { seat, role, evidence: 'token', tokens: [enrolment.token] };
        const card = cardOf(at, member, enrolment.token);
        await card.proveDecryption();
        const signature = await card.sign(statement);
        this.#founding.enrolled(identity, enrolment);
        const fingerprint = tokenFingerprint(spki.signing, spki.encryption);
        const attributes = { sign: attributesOf(made.sign), open: attributesOf(made.open) };
        return { statement, signature, card, fingerprint, attributes };
      });
    });
  }

  /**
   * One that another guard enrolled before an interruption: from here on it counts as if it had been enrolled here.
   * @throws CeremonyError what `readEnrolledBefore` and `presentAgain` throw
   */
  async recall(enrolment: Enrolment, statement: Uint8Array): Promise<Signed> {
    const identity = identityOf(enrolment, this.#setup.authorization);
    this.#founding.holdToken(enrolment.seat, identity);
    const signed = await presentAgain(this.#setup, enrolment, statement);
    this.#founding.enrolled(identity, enrolment);
    return signed;
  }

  /** @throws CeremonyError what `readEnrolledBefore` throws */
  readEnrolledBefore(ceremony: Sha256, statement: Uint8Array, signature: Uint8Array): Enrolment {
    return readEnrolledBefore(ceremony, this.#setup.authorization, statement, signature);
  }

  /** One member's token signs the roster that is about to be: only one that stands in it can, by its own keys. */
  async signRoster(seat: string, bytes: Uint8Array): Promise<Signed> {
    const { terminal, search } = this.#setup;
    const roster = readRoster(bytes);
    this.#founding.holdRoster(roster);
    const member = this.#holderIn(roster, seat);
    return await terminal.session(async () => {
      await terminal.show(rosterScreen(roster, seat, member.tokens.map(fingerprintOf)));
      const use = async (card: PresentedCard) => {
        await card.proveDecryption();
        const signature = await card.sign(bytes);
        this.#founding.signed(seat, roster);
        return { signature, card };
      };
      return await presentCard(search, member, { signatures: 1, openings: 1 }, use);
    });
  }

  /**
   * The roster by which everything is judged from here on: signed by each of its token holders. Of signatures that
   * were not made in front of this guard, as after an interruption, people are told, since nothing else shows whose
   * they are.
   * @throws CeremonyError ROSTER_INVALID, AUTHORIZATION_TOKEN, APPROVAL_*
   */
  async enact(bytes: Uint8Array, signatures: ReadonlyMap<string, Uint8Array>): Promise<Roster> {
    const roster = readRoster(bytes);
    this.#founding.holdRoster(roster);
    for (const seat of signatures.keys()) this.#holderIn(roster, seat);
    for (const { seat, tokens } of roster.members) {
      if (tokens.length === 0) continue;
      const signature = signatures.get(seat);
      if (!signature) throw new CeremonyError('ROSTER_INVALID', `"${seat}" has not signed the roster`);
      verifyAsMember(
        signature,
        bytes,
        tokens.map((token) => token.signing),
      );
    }
    const before = this.#founding.signedElsewhere(roster);
    if (before.length > 0) await this.#ask(signedBeforeScreen(roster, before));
    return roster;
  }

  async #ask(lines: readonly string[]): Promise<void> {
    const { terminal } = this.#setup;
    await terminal.session(async () => {
      await terminal.show(lines);
      for (;;) {
        const word = await terminal.readText('Type "signed" if each of them did, "stop" if not:');
        if (word === 'signed') return;
        if (word === 'stop') break;
      }
      throw new CeremonyError('ROSTER_INVALID', 'people say that not everybody signed the roster who seems to have', {
        hint: "somebody made a signature that is not a member's: keep this folder, and enrol anew in another",
      });
    });
  }

  #holderIn(roster: Roster, seat: string): Member {
    const member = memberOf(roster, seat);
    if (member && member.tokens.length > 0) return member;
    throw new CeremonyError('APPROVAL_STRANGER', `"${escapeForeign(seat)}" has no token on the roster to be signed`);
  }
}

function attributesOf({ spki, label, attributes }: MadeKey): JsonObject {
  return { label, spkiSha256: sha256(spki), private: { ...attributes } };
}
