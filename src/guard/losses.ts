import type { Sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { lastLosses, unknownThing } from '../ledger/losses.ts';
import type { Operation } from '../quorum/operation.ts';
import { type Member, memberOf, type Roster } from '../quorum/roster.ts';
import type { Done } from './done.ts';
import type { HsmSession } from './hsm.ts';

type Declaration = Extract<Operation, { op: 'record-loss' }>;

/** What is lost: by the ledger, and by what the quorum has declared since. */
export class Losses {
  readonly #ledger: Ledger | null;
  /** Kind and thing → the last that was declared of it. */
  readonly #declared: Map<string, Pick<Declaration, 'to' | 'exposed'>>;

  constructor(ledger: Ledger | null) {
    this.#ledger = ledger;
    this.#declared = new Map(
      lastLosses(ledger ?? {}).map(({ kind, thing, state, exposed }) => [`${kind} ${thing}`, { to: state, exposed }]),
    );
  }

  /**
   * @param rosters in force; of what was declared before an interruption also the one before a change
   * @throws CeremonyError DESCRIPTOR_INVALID for a thing that nobody knows, or that is what it would be declared to be already
   */
  judge({ kind, thing, holder, to, exposed }: Declaration, ...rosters: readonly Roster[]): void {
    const refuse = (what: string, hint?: string): never => {
      throw new CeremonyError('DESCRIPTOR_INVALID', what, hint === undefined ? {} : { hint });
    };
    const ledger = this.#ledger ?? refuse('there is no ledger before this ceremony: nothing of the CA can be lost yet');
    if (kind === 'quorum-token') {
      const token = rosters
        .flatMap((roster) => memberOf(roster, holder?.seat ?? '')?.tokens ?? [])
        .find(({ signingSpki }) => signingSpki === thing);
      if (token?.encryptionSpki !== holder?.key)
        refuse(
          `"${holder?.seat ?? ''}" has no token on the roster that signs with ${thing} and opens with ${holder?.key ?? ''}`,
        );
    } else {
      const fault = unknownThing(kind, thing, ledger);
      if (fault !== undefined) refuse(fault);
    }
    const last = this.#declared.get(`${kind} ${thing}`);
    if (to === 'found' && last?.to !== 'lost') refuse(`the ${kind} ${thing} is not lost`);
    if (to === 'lost' && last?.to === 'lost' && last.exposed === exposed)
      refuse(
        `the ${kind} ${thing} is lost already`,
        'it is declared again where it has become known, or ruled out, that somebody has it',
      );
  }

  /** @param thing as its descriptor names it */
  isLost(kind: Declaration['kind'], thing: string): boolean {
    return this.#declared.get(`${kind} ${thing}`)?.to === 'lost';
  }

  declare({ kind, thing, to, exposed }: Declaration): void {
    this.#declared.set(`${kind} ${thing}`, { to, exposed });
  }
}

/** Nothing is done with an HSM that is lost: it may be another one, or have been another's, until the quorum says that it was found. */
export function requireNotLost(operation: Operation, losses: Pick<Losses, 'isLost'>): void {
  const { serial, name } = operation.hsm;
  if (serial === null || !losses.isLost('hsm', serial)) return;
  if (operation.op === 'record-loss' && operation.kind === 'hsm' && operation.thing === serial) return;
  throw new CeremonyError(
    'DESCRIPTOR_INVALID',
    `the HSM "${name}" with serial ${serial} is declared lost: nothing is done with it`,
    { hint: 'where it was found, the quorum declares that first, in a "record-loss" step' },
  );
}

/** What is in this ceremony is not lost. @param hsms all of it @throws CeremonyError DESCRIPTOR_INVALID */
export function requireAway({ kind, thing, to }: Declaration, hsms: Iterable<HsmSession>): void {
  const here = kind === 'hsm' && to === 'lost' ? [...hsms].find(({ serial }) => serial === thing) : undefined;
  if (here)
    throw new CeremonyError(
      'DESCRIPTOR_INVALID',
      `the HSM with serial ${thing} is in this ceremony, as "${here.authorized.name}": it is not lost`,
    );
}

/** Whether a quorum token is declared lost, by SHA-256 of the SubjectPublicKeyInfo that it signs with. */
export type IsLost = (signingSpki: Sha256) => boolean;

/**
 * Whoever has a lost token may be anybody: it is nobody's here.
 * @throws CeremonyError TOKEN_UNEXPECTED where there is no other
 */
export function withoutLost(member: Member, isLost: IsLost): Member {
  const tokens = member.tokens.filter(({ signingSpki }) => !isLost(signingSpki));
  if (tokens.length > 0 || member.tokens.length === 0) return { ...member, tokens };
  throw new CeremonyError(
    'TOKEN_UNEXPECTED',
    `the quorum token of "${escapeForeign(member.seat)}" is declared lost: it signs and opens nothing`,
    { hint: 'others go on without it; where it was found, the quorum declares that first, in a "record-loss" step' },
  );
}

/**
 * A roster by which signatures are judged of which no token of those who made them is taken that is lost.
 * @throws CeremonyError TOKEN_UNEXPECTED for somebody who has no other
 */
export function rosterWithoutLost(roster: Roster, signed: ReadonlyMap<string, unknown>, isLost: IsLost): Roster {
  const members = roster.members.map((member) => (signed.has(member.seat) ? withoutLost(member, isLost) : member));
  return { ...roster, members };
}

/** A share is sealed to all tokens of its holder: whoever has a lost one would open it. @throws CeremonyError TOKEN_UNEXPECTED */
export function requireNoneLost({ seat, tokens }: Pick<Member, 'seat' | 'tokens'>, isLost: IsLost): void {
  if (!tokens.some(({ signingSpki }) => isLost(signingSpki))) return;
  throw new CeremonyError(
    'TOKEN_UNEXPECTED',
    `a quorum token of "${escapeForeign(seat)}" is declared lost: no share is sealed to it`,
    { hint: 'have the token replaced first ("change-roster", renews), or make the set for the others' },
  );
}

/** Nothing is done on an HSM; one that is said to be found is there, by its serial. @throws CeremonyError as `HsmSession.facts` */
export async function declared({ kind, thing, to }: Declaration, hsm: HsmSession): Promise<Done> {
  const seen =
    kind === 'hsm' && to === 'found' ? (await hsm.publicly((client) => hsm.facts(client))).serial : undefined;
  const facts = { kind, thing, to, ...(seen === undefined ? {} : { seen }), protection: hsm.protection };
  return { facts, bytes: new Uint8Array(0) };
}
