import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { Caller, serve } from '../../src/channel/requests.ts';
import { readCast } from '../../src/rehearsal/cast.ts';
import type { Card } from '../../src/rehearsal/enrol.ts';
import { answerQuestion } from '../../src/rehearsal/people.ts';
import { answerAtPaper } from '../../src/rehearsal/played-papers.ts';
import { type StageSet, setStage } from '../../src/rehearsal/stage.ts';
import { Copies } from '../../src/supervisor/copies.ts';
import { coreService } from '../../src/supervisor/core-service.ts';
import { COMMON_FLAGS, coreFlags, startGuard } from '../../src/supervisor/processes.ts';
import { CODE_FOLDER, CODE_SUFFIX, measureProgram, PROGRAM_ROOT } from '../../src/supervisor/program.ts';

const utc = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

export interface Conduct {
  readonly script?: string;
  /** Changes the stage once it is set, before the guard is started. */
  readonly reset?: (stage: StageSet, folder: string) => Promise<StageSet>;
  /** Changes what an officer types at the guard's PIN prompt. */
  readonly pinOf?: (holder: Card) => Uint8Array;
  /** Decides at an approval prompt; `approve` unless told. */
  readonly decide?: (seat: string) => 'approve' | 'decline';
  /** Told of each question about a share on paper; true: nobody answers it. */
  readonly leavesPaper?: (prompt: string) => boolean;
  /** Changes an answer of the people to the core. */
  readonly answer?: (question: JsonObject, honest: string) => string;
  /** Told of each fsync request of the core: a place to kill at. */
  readonly onSync?: (count: number, core: ChildProcess) => void;
  /** Told when stage, guard and core run, to look at them from outside. */
  readonly onStarted?: (conducted: { core: ChildProcess; guard: ChildProcess; stage: StageSet }) => void;
  /** A module that the core loads before its own, and its environment; what it writes to descriptor 6 is kept. */
  readonly inCore?: { readonly preload: string; readonly environment: Readonly<Record<string, string>> };
  /** A second folder that holds the same. */
  readonly mirror?: string;
  /** The output folder; the setting's unless told. */
  readonly out?: string;
  /** Waits until the guard has ended by itself when the core has; otherwise it is killed with its token processes. */
  readonly guardEndsByItself?: boolean;
}

/** A ceremony that was held in a setting of its own. */
export interface Conducted extends Setting, Held {
  remove(): void;
}

export const SCRIPT = join(PROGRAM_ROOT, 'ceremonies', 'root-generation.yaml');

const CAST = {
  seats: {
    administrator: { of: 1, present: 1 },
    'crypto-officer': { of: 5, present: 5 },
    witness: { of: 1, present: 1 },
    auditor: { of: 1, present: 1 },
  },
  tokens: ['root-hsm'],
  media: { envelopes: 2, evidence: 2, publish: 2 },
  quorums: { administer: 3, inventory: 3, generate: 3, sign: 3 },
  materials: {},
  vendor: [],
  enrols: {},
};

/** Where a ceremony is held, and may go on after an interruption: the same stage, media and output folder. */
export interface Setting {
  readonly script: string;
  readonly folder: string;
  readonly out: string;
  readonly stage: StageSet;
  /** As it was when the authorization named it. */
  readonly program: ReturnType<typeof measureProgram>;
}

/** One run of the program over a setting. */
export interface Held {
  /** 137 when the core was ended by a signal. */
  readonly code: number;
  readonly stderr: string;
  readonly stdout: string;
  readonly screen: string;
  /** What the core wrote to descriptor 6. */
  readonly told: string;
}

/**
 * Sets a stage as a rehearsal does.
 * @param wish `script`: may be made in the setting's folder
 * @param cast other seats and quorums than those of the shipped script
 */
export async function setting(
  wish: { readonly script?: string | ((folder: string) => string) } & Pick<Conduct, 'reset'> = {},
  cast: object = CAST,
): Promise<Setting> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-conducted-'));
  const script = typeof wish.script === 'function' ? wish.script(folder) : (wish.script ?? SCRIPT);
  const program = measureProgram();
  const window = { from: utc(Date.now() - 3_600_000), until: utc(Date.now() + 3_600_000) };
  const set = await setStage({
    cast: readCast(cast as JsonObject),
    folder,
    script: sha256(readFileSync(script)),
    program: program.digest,
    window,
  });
  return { script, folder, out: join(folder, 'pack'), stage: (await wish.reset?.(set, folder)) ?? set, program };
}

/** Holds a ceremony as the supervisor would, with the test in its place and in that of the people. */
export async function conduct(wish: Conduct = {}): Promise<Conducted> {
  const set = await setting(wish);
  const remove = () => rmSync(set.folder, { recursive: true, force: true });
  return { ...(await hold(set, wish)), ...set, remove };
}

/** Runs the program once: from the beginning, or `--resume`. */
export async function hold(
  { script, out: ownOut, stage, program }: Setting,
  wish: Conduct & { readonly resume?: boolean } = {},
): Promise<Held> {
  // The launcher forbids core images before anything starts; here the test stands in its place.
  execFileSync('prlimit', ['--pid', String(process.pid), '--core=0:0']);
  const { out = ownOut, mirror } = wish;
  const outputs = mirror === undefined ? [out] : [out, mirror];
  const claim = wish.resume ? await Copies.reopen(outputs) : Copies.make(outputs);
  const printer = stage.printer?.path ?? null;
  const guard = startGuard(stage.modules, 'pipe', printer);
  let screen = '';
  playOfficers(guard.pipe(5), stage, wish, (text) => {
    screen += text;
  });
  const measured = {
    script: sha256(readFileSync(script)),
    site: sha256(readFileSync(join(stage.inputs, 'site.yaml'))),
  };
  try {
    await new Caller(guard.pipe(3), 'the guard', 'GUARD_DIED').call('start', {
      ...stage.start,
      ...measured,
      resumes: wish.resume ?? false,
      printer,
    });
  } catch (error) {
    await endAll(guard.child);
    claim.release();
    throw error;
  }

  const writes = [...outputs, ...stage.media];
  const { preload, environment = {} } = wish.inCore ?? {};
  const core = spawn(
    process.execPath,
    [
      ...COMMON_FLAGS,
      ...(preload === undefined ? [] : ['--import', preload]),
      ...coreFlags([script, stage.inputs, ...stage.keyFiles], writes),
      join(CODE_FOLDER, `main${CODE_SUFFIX}`),
      'ceremony',
      script,
      '--site',
      join(stage.inputs, 'site.yaml'),
      '--out',
      out,
      ...(mirror === undefined ? [] : ['--mirror', mirror]),
      '--json',
      ...(wish.resume ? ['--resume'] : []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe', 'pipe', guard.pipe(4), 'pipe', 'pipe'], env: { ...environment } },
  );
  guard.pipe(4).destroy();
  wish.onStarted?.({ core, guard: guard.child, stage });
  let syncs = 0;
  const service = coreService(writes, outputs, program);
  void serve(pipeOf(core, 3), {
    ...service,
    bringBack: async ({ params }) => {
      await claim.bringBack(String(params['at']));
      return undefined;
    },
    fsync: (request) => {
      wish.onSync?.(++syncs, core);
      return service['fsync']?.(request);
    },
  });
  const knowledge = {
    authorization: stage.authorization,
    ...{ bags: stage.bags, usedBags: stage.usedBags },
    tools: stage.tools,
    acceptsQuirks: false,
    now: () => utc(Date.now()),
  };
  void serve(pipeOf(core, 5), {
    ask: ({ params }) => {
      const honest = answerQuestion(params, knowledge);
      return { value: wish.answer?.(params, honest) ?? honest };
    },
  });
  const stderr = collect(core.stderr as never);
  const stdout = collect(core.stdout as never);
  const told = collect(pipeOf(core, 6));
  const code = await new Promise<number>((resolve) => core.on('close', (status) => resolve(status ?? 137)));
  if (wish.guardEndsByItself) await within(guard.exited, 60_000, 'the guard goes on without a core');
  else await endAll(guard.child);
  await guard.exited;
  claim.release();
  return { code, stderr: stderr(), stdout: stdout(), told: told(), screen };
}

/** Ends a process and its children at once, as when power fails: a token process must not outlive its guard. */
async function endAll(guard: ChildProcess): Promise<void> {
  const children = childrenOf(guard.pid as number);
  guard.kill('SIGKILL');
  for (const pid of children) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended with its guard.
    }
  }
  for (const pid of children) while (isRunning(pid)) await new Promise((later) => setTimeout(later, 5));
}

/** A process that has ended may wait for whoever adopted it to notice. */
function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

async function within<T>(promise: Promise<T>, milliseconds: number, message: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(message)), milliseconds);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function pipeOf(child: ChildProcess, fd: number): Duplex {
  return (child.stdio as readonly unknown[])[fd] as Duplex;
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8');
  });
  return () => text;
}

function playOfficers(terminal: Duplex, stage: StageSet, wish: Conduct, saw: (text: string) => void): void {
  let pending = '';
  terminal.on('data', (chunk: Buffer) => {
    const text = chunk.toString('utf8');
    saw(text);
    pending += text;
    const prompt = pending.slice(pending.lastIndexOf('\n') + 1);
    const pin = /^(\S+), PIN of token (\S+): $/.exec(prompt);
    const decision = /^(\S+), type "approve" or "decline": $/.exec(prompt);
    const reason = /^(\S+), reason for declining: $/.exec(prompt);
    const signed = /^Type "signed" if each of them did, "stop" if not: $/.test(prompt);
    // The HSM asks for its own quorum; they stand at the device.
    const atPaper = answerAtPaper(pending, prompt, stage);
    if (atPaper !== undefined) {
      pending = '';
      if (!wish.leavesPaper?.(prompt)) terminal.write(`${atPaper}\n`);
      return;
    }
    const ownPin = /^PIN of "([^"]+)": $/.exec(prompt);
    const atDevice = /^Press Enter when they stand at the device; [^\n]*\. $/.test(prompt);
    if (!pin && !decision && !reason && !signed && !ownPin && !atDevice) return;
    pending = '';
    if (atDevice) {
      terminal.write('\n');
    } else if (signed) {
      terminal.write('signed\n');
    } else if (ownPin) {
      terminal.write(`${stage.hsmPins.get(ownPin[1] as string) ?? ''}\n`);
    } else if (pin) {
      const holder = stage.cards.find((one) => one.serial === pin[2]) as Card;
      terminal.write(Buffer.concat([wish.pinOf?.(holder) ?? holder.pin, Buffer.from('\n')]));
    } else if (decision) {
      terminal.write(`${wish.decide?.(decision[1] as string) ?? 'approve'}\n`);
    } else {
      terminal.write('I was not told of this\n');
    }
  });
}
