import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CeremonyError } from '../base/errors.ts';
import { digestWords } from '../base/words.ts';
import { inheritedPipe } from '../channel/inherited.ts';
import { SCREEN_TAKEN } from '../channel/notes.ts';
import { sendNote, serve } from '../channel/requests.ts';
import { refuseDumps } from '../hardening/refuse-dumps.ts';
import { type Authorization, countAuthorizers, holdToAuthorization } from '../quorum/authorization.ts';
import { type Attend, startTokenProcess, type TokenProcess } from '../token/client.ts';
import { Authorizing } from './authorizing.ts';
import { GuardMachine } from './guard.ts';
import { guardHandlers } from './handlers.ts';
import { introduce } from './introduction.ts';
import { moduleAsAuthorized } from './module-file.ts';
import { printerAt } from './printer.ts';
import { PipedScreen } from './screen.ts';
import { Spool } from './spool.ts';
import { requireLedger } from './standing.ts';
import { readStart } from './start.ts';
import { TableScreen } from './table-screen.ts';
import { GuardTerminal } from './terminal.ts';
import { ttyDevice } from './tty-device.ts';
import { readVouching, Vouching } from './vouching.ts';

/** File descriptors, as the supervisor lays them out. */
const SUPERVISOR = 3;
const CORE = 4;
const TERMINAL = 5;
/** The core's screens, where the terminal is a device. */
const CORE_SCREEN = 6;
/** A file without a name, for what is long. */
const SPOOL = 7;

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
let work: GuardMachine | Authorizing | Vouching | undefined;

void serve(supervisor, {
  start: async ({ params }) => {
    requireIdle();
    const { authorization, authorizationBytes, roster, signatures, measured, people, resumes, printer, ledger } =
      readStart(params);
    holdToAuthorization(authorization, { ...measured, at: now() });
    countAuthorizers(authorizationBytes, signatures, roster);
    requireLedger(authorization, ledger);
    // Before there is a record. Once it is begun, the printer may have done its part and be gone.
    if (printer !== null && !resumes) await printerAt(printer).look();
    const core = inheritedPipe(CORE);
    // A core that has gone has no page to draw anew.
    const onTaken = () => void sendNote(core, SCREEN_TAKEN).catch(() => undefined);
    const terminal =
      people === 'at-the-table'
        ? await tableTerminal(roster.digest, onTaken)
        : new GuardTerminal(new PipedScreen(inheritedPipe(TERMINAL)));
    const machine = new GuardMachine({
      authorization,
      roster,
      terminal,
      startToken: (module, attend, loginMs) => startModule(authorization, module, attend, loginMs),
      now,
      resumes,
      printer,
      ledger,
    });
    work = machine;
    const spool = Spool.at(SPOOL);
    void serve(core, guardHandlers(machine), spool && ((size) => spool.sink(size))).then(() => leave(machine));
    return undefined;
  },
  authorize: ({ params }) => {
    requireIdle();
    const start = readStart(params);
    const authorizing = new Authorizing({
      ...start,
      terminal: () => tableTerminal(start.roster.digest),
      startToken: (module, attend) => startModule(start.authorization, module, attend),
      now,
    });
    work = authorizing;
    return { value: authorizing.state() };
  },
  vouch: ({ params }) => {
    requireIdle();
    const start = readVouching(params);
    work = new Vouching({
      ...start,
      terminal: () => tableTerminal(start.roster.digest),
      startToken: (module, attend) => startModule(start.authorization, module, attend),
    });
    return undefined;
  },
  'next-signature': async () => {
    if (!(work instanceof Authorizing || work instanceof Vouching))
      throw new CeremonyError('REQUEST_UNKNOWN', 'nothing is being signed');
    return { value: await work.next() };
  },
}).then(() => leave(work));

/** One guard does one thing. */
function requireIdle(): void {
  if (work) throw new CeremonyError('REQUEST_UNKNOWN', 'the guard was started already');
}

/** Two words of the digest word list, drawn for this ceremony: by them people know what the guard itself asks. */
async function tableTerminal(roster: string, onTaken?: () => void): Promise<GuardTerminal> {
  const words = digestWords(randomBytes(2).toString('hex')).join(' ');
  const screen = new TableScreen(ttyDevice(TERMINAL), inheritedPipe(CORE_SCREEN), words, onTaken);
  const terminal = new GuardTerminal(screen);
  await introduce(terminal, words, roster);
  return terminal;
}

/** The module's file is hashed each time it is loaded: it must be the one that was authorized. */
async function startModule(
  authorization: Authorization,
  name: string,
  attend: Attend,
  loginMs?: number,
): Promise<TokenProcess> {
  const module = moduleAsAuthorized(authorization, name);
  return await startTokenProcess({
    programRoot: PROGRAM_ROOT,
    library: module.library,
    environment: Object.fromEntries(module.environment),
    initArgs: module.initArgs,
    attend,
    loginWithin: loginMs,
  });
}

async function leave(ended: GuardMachine | Authorizing | Vouching | undefined): Promise<never> {
  await ended?.end().catch(() => undefined);
  process.exit(0);
}
