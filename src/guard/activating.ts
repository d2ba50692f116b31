import { CeremonyError } from '../base/errors.ts';
import { escapeForeign } from '../base/text.ts';
import { type HsmActivation, presentedBy } from '../quorum/activation.ts';
import type { Operation } from '../quorum/operation.ts';
import type { TokenFacts } from '../token/replies.ts';
import type { HsmSession } from './hsm.ts';
import type { GuardTerminal } from './terminal.ts';
import { type Announce, requireUnlocked } from './tries.ts';

/** What opens an activation, besides the HSM and its people. */
export interface Opening {
  readonly terminal: GuardTerminal;
  /** Shows the tries that are left. @throws CeremonyError when the operation lapsed meanwhile */
  readonly announce: Announce;
  /** @throws CeremonyError when the operation has lapsed: people may have taken their time */
  readonly requireStanding: () => void;
  /** The PIN out of the shares that the approvers opened; zeroed here. @param longest what the token takes, in bytes */
  readonly sharedPin: (longest: number) => Buffer;
}

/**
 * Opens the activation of an HSM by the means that the authorization names: exactly one login, and that only once
 * people have said so. What refuses it is refused for good; another login takes another operation.
 * @throws CeremonyError TOKEN_UNEXPECTED, PIN_LOCKED, PRESENTATION_CANCELLED, HSM_LOGIN_REFUSED, HSM_PIN_INCORRECT, …
 */
export async function openActivation(hsm: HsmSession, operation: Operation, opening: Opening): Promise<void> {
  const { activation } = hsm.authorized;
  const facts = await hsm.publicly((client) => hsm.facts(client), operation);
  switch (activation.means) {
    case 'shares': {
      await opening.announce(facts, 'user');
      const pin = opening.sharedPin(facts.maxPinLength);
      try {
        await hsm.activate(pin, operation.hold, operation);
      } finally {
        pin.fill(0);
      }
      return;
    }
    case 'device-quorum':
      return await byDevice(hsm, operation, facts, activation, opening);
    case 'split-pin':
    case 'pin':
      throw new CeremonyError(
        'TOKEN_UNEXPECTED',
        `"${hsm.authorized.name}" cannot be activated by ${activation.means}`,
      );
  }
}

/**
 * The device asks its own people for what they keep, and this program hands it nothing: C_Login with a NULL PIN
 * (PKCS #11 v2.40 base, C_Login, protected authentication path). What its screen says stands for as long as it takes.
 */
async function byDevice(
  hsm: HsmSession,
  operation: Operation,
  facts: TokenFacts,
  activation: Extract<HsmActivation, { means: 'device-quorum' }>,
  { terminal, announce, requireStanding }: Opening,
): Promise<void> {
  const { name } = hsm.authorized;
  if (!facts.protectedAuthenticationPath) {
    throw new CeremonyError(
      'TOKEN_UNEXPECTED',
      `"${name}" does not say that it asks for its PIN itself (CKF_PROTECTED_AUTHENTICATION_PATH); no login was tried`,
      { hint: 'see whether it is the partition that logs in by the device, and whether the device is connected' },
    );
  }
  requireUnlocked(facts, 'user');
  await terminal.session(async () => {
    await announce(facts, 'user');
    await terminal.show([
      `LOOK AT THE PED OR PIN PAD OF "${name}" (serial ${escapeForeign(facts.serial)}), NOT HERE`,
      `It asks for its own quorum: ${escapeForeign(presentedBy(activation))}.`,
      'No PIN of it is typed into this computer. It may take minutes, and says itself',
      'what it wants next. One login is tried. Refused, it costs a try, and an HSM',
      'without tries locks or erases itself.',
    ]);
    await terminal.readText('Press Enter when they stand at the device; Ctrl-C leaves it alone.');
    requireStanding();
    await hsm.activate(null, operation.hold, operation);
  });
}
