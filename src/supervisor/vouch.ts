import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../base/canonical-json.ts';
import { parseCanonicalObject } from '../base/canonical-json.ts';
import { type Sha256, sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { Caller } from '../channel/requests.ts';
import { PATH } from '../pack/layout.ts';
import { pathsOfModules, read, signaturesIn } from './permit.ts';
import { startGuard } from './processes.ts';
import { openTerminal } from './terminal-device.ts';

/** How long the guard may take to end, with the process that holds the quorum tokens. */
const GUARD_ENDS_WITHIN_MS = 10_000;

/** Who has signed an addendum, and who would not. */
export interface Vouched {
  /** Seat → detached CMS over addendum.json, in the order in which they were made. */
  readonly signatures: ReadonlyMap<string, Buffer>;
  /** Seat → reason, of those who have declined and not signed after all. */
  readonly declined: ReadonlyMap<string, string>;
}

/**
 * One sitting before the guard, at this terminal: members read the addendum and sign it, until they stop. Nothing of the
 * pack is judged here: the guard reads roster, authorization and addendum itself.
 * @param pack its folder
 * @param roster the digest that the people carry
 */
export async function haveVouched(pack: string, addendum: Uint8Array, roster: Sha256): Promise<Vouched> {
  const authorization = read(join(pack, PATH.authorization), 'the authorization of the pack');
  const terminal = openTerminal();
  const guard = startGuard(cardModule(authorization), terminal.fd);
  const end = () => void guard.child.kill('SIGTERM');
  for (const signal of SIGNALS) process.on(signal, end);
  // There is no core: what is typed while the guard asks nothing goes nowhere.
  for (const fd of [4, 6]) guard.pipe(fd).destroy();
  const warden = new Caller(guard.pipe(3), 'the guard', 'GUARD_DIED');
  let failed = true;
  try {
    await warden.call('vouch', {
      addendum: Buffer.from(addendum).toString('base64'),
      authorization: authorization.toString('base64'),
      ...rostersOf(pack, roster),
      expectedRoster: roster,
      signatures: signaturesIn(join(pack, 'authorization')),
    });
    const vouched = await collect(warden);
    failed = false;
    return vouched;
  } finally {
    warden.close();
    const late = new Promise((later) => setTimeout(later, GUARD_ENDS_WITHIN_MS).unref());
    await Promise.race([guard.exited, late]);
    guard.child.kill('SIGKILL');
    for (const signal of SIGNALS) process.off(signal, end);
    terminal.restore();
    await guard.printed?.tell(failed, process.stderr);
  }
}

/** The roster of that digest; where it took another's place in the ceremony, with that one, which authorized it. */
function rostersOf(pack: string, wanted: Sha256): JsonObject {
  const began = read(join(pack, PATH.roster), 'the roster of the pack');
  const next = join(pack, PATH.nextRoster);
  const after = sha256(began) !== wanted && existsSync(next) ? read(next, 'the next roster of the pack') : null;
  return after
    ? { roster: after.toString('base64'), began: began.toString('base64') }
    : { roster: began.toString('base64') };
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function collect(warden: Caller): Promise<Vouched> {
  const signatures = new Map<string, Buffer>();
  const declined = new Map<string, string>();
  for (;;) {
    const { value } = await warden.call('next-signature');
    const { seat, signature, reason } = value as { seat?: string; signature?: string; reason?: string };
    if (seat === undefined) return { signatures, declined };
    if (signature === undefined) {
      declined.set(seat, reason ?? '');
      continue;
    }
    signatures.set(seat, Buffer.from(signature, 'base64'));
    declined.delete(seat);
  }
}

/** The module by which quorum tokens are reached: the guard may read it and its configuration, and judges it. */
function cardModule(authorization: Uint8Array): string[] {
  const { modules, cards } = parseCanonicalObject(authorization, PATH.authorization);
  const module = (modules as JsonObject | undefined)?.[String(cards)];
  const paths = module === undefined ? [] : pathsOfModules({ module });
  if (!paths[0]?.startsWith('/'))
    throw new CeremonyError('AUTHORIZATION_INVALID', 'the authorization of the pack names no module of quorum tokens');
  return paths.filter((path) => path.startsWith('/'));
}
