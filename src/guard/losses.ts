import { CeremonyError } from '../base/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { lastLosses, unknownThing } from '../ledger/losses.ts';
import type { Operation } from '../quorum/operation.ts';
import { memberOf, type Roster } from '../quorum/roster.ts';
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

/** Nothing is done on an HSM; one that is said to be found is there, by its serial. @throws CeremonyError as `HsmSession.facts` */
export async function declared({ kind, thing, to }: Declaration, hsm: HsmSession): Promise<Done> {
  const seen =
    kind === 'hsm' && to === 'found' ? (await hsm.publicly((client) => hsm.facts(client))).serial : undefined;
  const facts = { kind, thing, to, ...(seen === undefined ? {} : { seen }), protection: hsm.protection };
  return { facts, bytes: new Uint8Array(0) };
}
