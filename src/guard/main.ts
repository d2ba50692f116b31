import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { digestWords } from '../base/words.ts';
import { inheritedPipe } from '../channel/inherited.ts';
import { serve } from '../channel/requests.ts';
import { refuseDumps } from '../hardening/refuse-dumps.ts';
import {
  type Authorization,
  countAuthorizers,
  holdToAuthorization,
  readAuthorization,
} from '../quorum/authorization.ts';
import { readRoster } from '../quorum/roster.ts';
import { Shape } from '../quorum/shape.ts';
import { startTokenProcess, type TokenProcess } from '../token/client.ts';
import { GuardMachine } from './guard.ts';
import { guardHandlers } from './handlers.ts';
import { introduce } from './introduction.ts';
import { PipedScreen } from './screen.ts';
import { TableScreen } from './table-screen.ts';
import { GuardTerminal } from './terminal.ts';
import { ttyDevice } from './tty-device.ts';

/** File descriptors, as the supervisor lays them out. */
const SUPERVISOR = 3;
const CORE = 4;
const TERMINAL = 5;
/** The core's screens, where the terminal is a device. */
const CORE_SCREEN = 6;

refuseDumps();
// FFI was for that one call.
process.permission.drop('ffi');

/** This file is `<root>/src/guard/main.ts` or `<root>/dist/guard/main.js`. */
const PROGRAM_ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const now = () => `${new Date().toISOString().slice(0, 19)}Z`;

/**
 * What the supervisor hands over at the start: the files as it read them, and what it measured. The guard hashes and
 * judges them itself, once, before it listens to the core.
 */
const supervisor = inheritedPipe(SUPERVISOR);
let guard: GuardMachine | undefined;

void serve(supervisor, {
  start: async ({ params }) => {
    if (guard) throw new CeremonyError('REQUEST_UNKNOWN', 'the guard was started already');
    const shape = new Shape(params, 'AUTHORIZATION_INVALID', 'the start of the guard');
    const authorizationBytes = shape.base64('authorization');
    const rosterBytes = shape.base64('roster');
    const expectedRoster = shape.digest('expectedRoster');
    const signatures = shape.map('signatures', (item, name, where) =>
      new Shape({ [name]: item }, 'AUTHORIZATION_INVALID', where).base64(name),
    );
    const measured = {
      script: shape.digest('script'),
      site: shape.digest('site'),
      program: shape.digest('program'),
      mode: shape.literal('mode', 'rehearsal', 'production'),
    };
    const people = shape.literal('people', 'played', 'at-the-table');
    shape.end();
    const roster = readRoster(rosterBytes);
    if (roster.digest !== expectedRoster) {
      throw new CeremonyError('ROSTER_INVALID', `the roster has SHA-256 ${roster.digest}; expected ${expectedRoster}`, {
        hint: 'the roster at hand is not the one whose digest its members keep',
      });
    }
    const authorization = readAuthorization(authorizationBytes);
    holdToAuthorization(authorization, { ...measured, roster: roster.digest, at: now() });
    countAuthorizers(authorizationBytes, signatures, roster);
    const terminal =
      people === 'at-the-table'
        ? await tableTerminal(roster.digest)
        : new GuardTerminal(new PipedScreen(inheritedPipe(TERMINAL)));
    guard = new GuardMachine({
      authorization,
      roster,
      terminal,
      startToken: (module) => startModule(authorization, module),
      now,
    });
    const machine = guard;
    void serve(inheritedPipe(CORE), guardHandlers(machine)).then(() => leave(machine));
    return undefined;
  },
}).then(() => leave(guard));

/** Two words of the digest word list, drawn for this ceremony: by them people know what the guard itself asks. */
async function tableTerminal(roster: string): Promise<GuardTerminal> {
  const words = digestWords(randomBytes(2).toString('hex')).join(' ');
  const terminal = new GuardTerminal(new TableScreen(ttyDevice(TERMINAL), inheritedPipe(CORE_SCREEN), words));
  await introduce(terminal, words, roster);
  return terminal;
}

/** The module's file is hashed each time it is loaded: it must be the one that was authorized. */
async function startModule(authorization: Authorization, name: string): Promise<TokenProcess> {
  const module = authorization.modules.get(name);
  if (!module) throw new CeremonyError('AUTHORIZATION_MODULE', `no module "${name}" is named in the authorization`);
  let digest: string;
  try {
    digest = sha256(readFileSync(module.library));
  } catch (cause) {
    throw new CeremonyError('AUTHORIZATION_MODULE', `the module "${module.library}" cannot be read`, { cause });
  }
  if (digest !== module.sha256) {
    throw new CeremonyError(
      'AUTHORIZATION_MODULE',
      `the module "${module.library}" has SHA-256 ${digest}; the authorization names ${module.sha256}`,
    );
  }
  return await startTokenProcess({
    programRoot: PROGRAM_ROOT,
    library: module.library,
    environment: Object.fromEntries(module.environment),
  });
}

async function leave(machine: GuardMachine | undefined): Promise<never> {
  await machine?.end().catch(() => undefined);
  process.exit(0);
}
