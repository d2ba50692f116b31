import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { JsonObject } from '../../src/base/canonical-json.ts';
import { sha256 } from '../../src/base/digest.ts';
import { Caller, serve } from '../../src/channel/requests.ts';
import { readCast } from '../../src/rehearsal/cast.ts';
import type { Enrolled } from '../../src/rehearsal/enrol.ts';
import { answerQuestion } from '../../src/rehearsal/people.ts';
import { type StageSet, setStage } from '../../src/rehearsal/stage.ts';
import { coreService } from '../../src/supervisor/core-service.ts';
import { COMMON_FLAGS, coreFlags, startGuard } from '../../src/supervisor/processes.ts';
import { measureProgram, PROGRAM_ROOT } from '../../src/supervisor/program.ts';

const utc = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

export interface Conduct {
  readonly script?: string;
  /** Changes the stage once it is set, before the guard is started. */
  readonly reset?: (stage: StageSet, folder: string) => Promise<StageSet>;
  /** Changes what an officer types at the guard's PIN prompt. */
  readonly pinOf?: (holder: Enrolled) => Uint8Array;
  /** Decides at an approval prompt; `approve` unless told. */
  readonly decide?: (seat: string) => 'approve' | 'decline';
  /** Changes an answer of the people to the core. */
  readonly answer?: (question: JsonObject, honest: string) => string;
  /** Told of each fsync request of the core: a place to kill at. */
  readonly onSync?: (count: number, core: ChildProcess) => void;
  /** Told when stage, guard and core run, to look at them from outside. */
  readonly onStarted?: (conducted: { core: ChildProcess; guard: ChildProcess; stage: StageSet }) => void;
}

export interface Conducted {
  readonly code: number;
  readonly out: string;
  readonly folder: string;
  readonly stage: StageSet;
  readonly stderr: string;
  readonly stdout: string;
  readonly screen: string;
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
};

/** Holds a ceremony as the supervisor would, with the test in its place and in that of the people. */
export async function conduct(wish: Conduct = {}): Promise<Conducted> {
  const script = wish.script ?? SCRIPT;
  // The launcher forbids core images before anything starts; here the test stands in its place.
  execFileSync('prlimit', ['--pid', String(process.pid), '--core=0:0']);
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'quorate-conducted-'));
  const out = join(folder, 'pack');
  mkdirSync(out);
  const program = measureProgram();
  const window = { from: utc(Date.now() - 3_600_000), until: utc(Date.now() + 3_600_000) };
  const set = await setStage({
    cast: readCast(CAST),
    folder,
    script: sha256(readFileSync(script)),
    program: program.digest,
    window,
  });
  const stage = (await wish.reset?.(set, folder)) ?? set;
  const guard = startGuard(stage.modules, 'pipe');
  let screen = '';
  playOfficers(guard.pipe(5), stage, wish, (text) => {
    screen += text;
  });
  await new Caller(guard.pipe(3), 'the guard', 'GUARD_DIED').call('start', stage.start);

  const writes = [out, ...stage.media];
  const core = spawn(
    process.execPath,
    [
      ...COMMON_FLAGS,
      ...coreFlags([script, stage.inputs], writes),
      join(PROGRAM_ROOT, 'src', 'main.ts'),
      'ceremony',
      script,
      '--site',
      join(stage.inputs, 'site.yaml'),
      '--out',
      out,
      '--json',
    ],
    { stdio: ['ignore', 'pipe', 'pipe', 'pipe', guard.pipe(4), 'pipe'], env: {} },
  );
  guard.pipe(4).destroy();
  wish.onStarted?.({ core, guard: guard.child, stage });
  let syncs = 0;
  const service = coreService(writes, program);
  void serve(pipeOf(core, 3), {
    ...service,
    fsync: (request) => {
      wish.onSync?.(++syncs, core);
      return service['fsync']?.(request);
    },
  });
  const knowledge = { authorization: stage.authorization, now: () => utc(Date.now()) };
  void serve(pipeOf(core, 5), {
    ask: ({ params }) => {
      const honest = answerQuestion(params, knowledge);
      return { value: wish.answer?.(params, honest) ?? honest };
    },
  });
  const stderr = collect(core.stderr as never);
  const stdout = collect(core.stdout as never);
  const code = await new Promise<number>((resolve) => core.on('close', (status) => resolve(status ?? 137)));
  guard.child.kill('SIGKILL');
  await guard.exited;
  return {
    code,
    out,
    folder,
    stage,
    stderr: stderr(),
    stdout: stdout(),
    screen,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
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
    if (!pin && !decision && !reason) return;
    pending = '';
    if (pin) {
      const holder = stage.enrolled.find((one) => one.serial === pin[2]) as Enrolled;
      terminal.write(Buffer.concat([wish.pinOf?.(holder) ?? holder.pin, Buffer.from('\n')]));
    } else if (decision) {
      terminal.write(`${wish.decide?.(decision[1] as string) ?? 'approve'}\n`);
    } else {
      terminal.write('I was not told of this\n');
    }
  });
}
