import { CeremonyError } from '../base/errors.ts';
import { secretBytes } from '../base/secret-bytes.ts';
import { escapeForeign } from '../base/text.ts';
import { type HsmActivation, type PinShape, presentedBy } from '../quorum/activation.ts';
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
      return await byTypedPin(hsm, operation, facts, activation, opening);
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

/**
 * People type a PIN, in parts where it is split: the bytes are joined here, go to the device once and are zeroed. Nothing
 * of it is cryptography, and the record says so.
 */
async function byTypedPin(
  hsm: HsmSession,
  operation: Operation,
  facts: TokenFacts,
  activation: Extract<HsmActivation, { means: 'split-pin' | 'pin' }>,
  { terminal, announce, requireStanding }: Opening,
): Promise<void> {
  const { name } = hsm.authorized;
  requireUnlocked(facts, 'user');
  const parts = activation.means === 'split-pin' ? activation.parts : 1;
  await terminal.session(async () => {
    await announce(facts, 'user');
    await terminal.show([
      `THE HSM "${name}" (serial ${escapeForeign(facts.serial)}) IS UNLOCKED BY ${parts === 1 ? 'ONE PIN' : `A PIN IN ${parts} PARTS`}`,
      ...(parts === 1 ? [] : ['Each part is typed by another person, and is seen by nobody else.']),
      'It goes to the HSM once. Refused, it costs a try.',
    ]);
    const typed: Buffer[] = [];
    try {
      for (let part = 1; part <= parts; part++)
        typed.push(await terminal.readPin(`PIN of "${name}"${parts === 1 ? '' : `, part ${part} of ${parts}`}:`));
      requireStanding();
      const pin = joined(name, typed, activation.pin ?? {});
      try {
        await hsm.activate(pin, operation.hold, operation);
      } finally {
        pin.fill(0);
      }
    } finally {
      for (const part of typed) part.fill(0);
    }
  });
}

const ALPHABETS: Readonly<Record<NonNullable<PinShape['alphabet']>, (byte: number) => boolean>> = {
  digits: isDigit,
  'letters-and-digits': (byte) => isDigit(byte) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a),
  printable: (byte) => byte >= 0x20 && byte <= 0x7e,
};

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** What goes to the device. @throws CeremonyError PIN_LENGTH for what cannot be right: no try is spent on it */
function joined(
  name: string,
  parts: readonly Buffer[],
  { prefix = '', length = '1..1024', alphabet }: PinShape,
): Buffer {
  const typed = parts.reduce((sum, part) => sum + part.length, 0);
  const [least = 1, most = 1024] = length.split('..').map(Number);
  const allowed = alphabet === undefined ? () => true : ALPHABETS[alphabet];
  const isWhole = parts.every((part) => part.length > 0 && part.every(allowed));
  if (!isWhole || typed < least || typed > most) {
    const form = alphabet === undefined ? '' : ` of ${alphabet.replaceAll('-', ' ')}`;
    throw new CeremonyError('PIN_LENGTH', `what was typed is no PIN of "${name}": ${length}${form} are expected`, {
      hint: 'nothing was sent, and no try is spent; propose the operation again',
    });
  }
  const pin = secretBytes(prefix.length + typed);
  pin.write(prefix, 'latin1');
  let at = prefix.length;
  for (const part of parts) {
    pin.set(part, at);
    at += part.length;
  }
  return pin;
}
