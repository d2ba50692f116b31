import { parseCanonicalObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import type { Authorization } from '../quorum/authorization.ts';
import { type Member, memberOf, type Roster } from '../quorum/roster.ts';
import { Shape } from '../quorum/shape.ts';
import { presenceBytes, readAttestation } from '../quorum/statement.ts';
import { attestationScreen, manifestScreen, presenceScreen } from '../quorum/statement-screen.ts';
import type { Attend, TokenProcess } from '../token/client.ts';
import type { CardSearch } from './card-search.ts';
import { type CardUses, type PresentedCard, presentCard } from './cards.ts';
import { type IsLost, requireNoneLost, withoutLost } from './losses.ts';
import type { GuardTerminal } from './terminal.ts';
import type { Waiting } from './waiting.ts';

export interface PeopleSetup {
  readonly authorization: Authorization;
  /** The one in force. */
  readonly roster: () => Roster;
  readonly terminal: GuardTerminal;
  /** Starts a token process for a module of the authorization. */
  readonly startToken: (module: string, attend: Attend) => Promise<TokenProcess>;
  readonly isLost: IsLost;
  /** Attends to the token process that reaches the quorum tokens. */
  readonly waiting: Waiting;
}

export interface Signed {
  readonly signature: Uint8Array;
  readonly card: PresentedCard;
}

/** What most presentations are for. */
export const ONE_SIGNATURE: CardUses = { signatures: 1, openings: 0 };

/**
 * The people before the guard: who they are by the roster, and what they sign with their own token after reading it
 * on the guard's screen. None of it needs a quorum.
 */
export class People {
  readonly #setup: PeopleSetup;
  #cards: TokenProcess | undefined;
  /** How every presentation finds its token. */
  readonly search: CardSearch;

  constructor(setup: PeopleSetup) {
    this.#setup = setup;
    this.search = { ...setup, reach: () => this.#reach(), last: { token: undefined } };
  }

  /** @throws CeremonyError APPROVAL_STRANGER */
  member(seat: string): Member {
    const member = memberOf(this.#setup.roster(), seat);
    if (!member) throw new CeremonyError('APPROVAL_STRANGER', `"${escapeForeign(seat)}" is not on the roster`);
    return member;
  }

  /** Somebody who may hold a share. @throws CeremonyError APPROVAL_STRANGER, APPROVAL_ROLE, TOKEN_UNEXPECTED */
  holder(seat: string, role: string): Member {
    const member = this.member(seat);
    if (member.role !== role || member.tokens.length === 0) {
      throw new CeremonyError(
        'APPROVAL_ROLE',
        `"${seat}" is ${member.role} with ${member.tokens.length} tokens; a custodian is a ${role} with one`,
      );
    }
    requireNoneLost(member, this.#setup.isLost);
    return member;
  }

  /** One presentation: the lines are shown, the holder types the PIN, and the token is theirs until `use` has settled. */
  async present<T>(
    seat: string,
    lines: readonly string[],
    uses: CardUses,
    use: (card: PresentedCard) => Promise<T>,
  ): Promise<T> {
    const { terminal } = this.#setup;
    // Before anything is shown: who is not on the roster has no place on the screen.
    const member = withoutLost(this.member(seat), this.#setup.isLost);
    return await terminal.session(async () => {
      await terminal.show(lines);
      return await presentCard(this.search, member, uses, use);
    });
  }

  /** The person's token signs the authorization's digest and opens a test envelope. */
  async rollCall(ceremony: Sha256, seat: string): Promise<Signed & { readonly statement: Uint8Array }> {
    const statement = presenceBytes({ ceremony, authorization: this.#setup.authorization.digest, seat });
    const lines = presenceScreen(seat, this.#setup.authorization.digest);
    return await this.present(seat, lines, { signatures: 1, openings: 1 }, async (card) => {
      await card.proveDecryption();
      return { statement, signature: await card.sign(statement), card };
    });
  }

  async attest(ceremony: Sha256, seat: string, statement: Uint8Array): Promise<Signed> {
    const read = readAttestation(statement);
    if (read.ceremony !== ceremony || read.seat !== seat) {
      throw new CeremonyError(
        'APPROVAL_DIGEST',
        `what "${seat}" is asked to sign is not their attestation in this ceremony`,
      );
    }
    return await this.present(seat, attestationScreen(read), ONE_SIGNATURE, async (card) => ({
      signature: await card.sign(statement),
      card,
    }));
  }

  /** @param executed the guard's own book, which its signer reads before the manifest */
  async signManifest(
    ceremony: Sha256,
    seat: string,
    manifest: Uint8Array,
    executed: readonly string[],
  ): Promise<Signed> {
    const read = new Shape(parseCanonicalObject(manifest, 'manifest.json'), 'APPROVAL_DIGEST', 'manifest.json');
    read.literal('type', 'quorate/manifest/1');
    if (read.digest('ceremony') !== ceremony || read.digest('roster') !== this.#setup.roster().digest) {
      throw new CeremonyError('APPROVAL_DIGEST', 'the manifest is not one of this ceremony');
    }
    const outcome = read.literal('outcome', 'complete', 'aborted');
    const mode = read.literal('mode', 'rehearsal', 'production');
    const events = read.integer('events', 1, 10_000_000);
    const head = read.digest('head');
    read.digest('authorization');
    const files = read.list('files', () => null).length;
    read.end();
    const lines = manifestScreen({ mode, outcome, events, files, head, digest: sha256(manifest) });
    return await this.present(seat, [...executed, ...lines], ONE_SIGNATURE, async (card) => ({
      signature: await card.sign(manifest),
      card,
    }));
  }

  /** Ends the token process of the quorum tokens. */
  async end(): Promise<void> {
    await this.#cards?.stop();
  }

  /** The token process that reaches the quorum tokens, started if there is none. */
  async #reach(): Promise<TokenProcess> {
    if (!this.#cards) {
      const { authorization, startToken, waiting } = this.#setup;
      const client = await startToken(authorization.cards, waiting.attendant('The quorum token'));
      this.#cards = client;
      void client.ended.then(() => {
        if (this.#cards === client) this.#cards = undefined;
      });
    }
    return this.#cards;
  }
}
