import { closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { CeremonyError, EXIT } from '../base/errors.ts';
import { Caller, serve } from '../channel/requests.ts';
import { coreService } from './core-service.ts';
import { openUnnamed } from './output-folder.ts';
import { KILLED, type Started, startCore, startGuard, startStage } from './processes.ts';
import { measureProgram } from './program.ts';

/** What holds for all ceremonies of a rehearsal. */
export interface Rehearsal {
  /** What each ceremony needs, in order. */
  readonly casts: readonly JsonObject[];
  /** Their scripts, as messages call them. */
  readonly names: readonly string[];
  /** For everything throw-away. */
  readonly folder: string;
  readonly json: boolean;
  readonly as: readonly string[] | undefined;
  /** Folder of the pack that the first ceremony follows. */
  readonly from: string | undefined;
  /** How many certificates the CRL of an adopted CA lists. */
  readonly listed: number | undefined;
}

export interface Ceremony {
  readonly script: string;
  /** Folder that its pack is made in. */
  readonly out: string;
  /** Folder of the sealed pack of the ceremony before, where that was rehearsed too. */
  readonly before: string | undefined;
}

/** A stage that is open: its people, their tokens and what ceremonies leave stay on it until its process ends. */
export interface OpenStage {
  /**
   * Holds the next ceremony, and returns when its processes have ended.
   * @returns exit code of its core
   * @throws CeremonyError
   */
  readonly hold: (ceremony: Ceremony) => Promise<number>;
}

/** @param processes what is started is added, so that the caller can end it */
export async function openStage(rehearsal: Rehearsal, processes: Started[]): Promise<OpenStage> {
  const { casts, names, folder, json, as, from, listed } = rehearsal;
  const program = measureProgram();
  const stage = startStage();
  processes.push(stage);
  const director = new Caller(stage.pipe(3), 'the stage of the rehearsal', 'REHEARSAL_SETUP');
  await director.call('open', {
    casts: [...casts],
    names: [...names],
    folder,
    ...(as === undefined ? {} : { as: [...as] }),
    ...(from === undefined ? {} : { from }),
    ...(listed === undefined ? {} : { listed }),
  });
  const pipes = { terminal: stage.pipe(4), people: stage.pipe(5) };
  return {
    hold: async ({ script, out, before }) => {
      const { value } = await director.call('set', {
        script: sha256(readFileSync(script)),
        program: program.digest,
        ...(before === undefined ? {} : { before }),
      });
      const set = value as unknown as StageReply;
      for (const note of set.notes) process.stderr.write(`${note}\n\n`);
      const writes = [out, ...set.media];
      const begin = ['ceremony', script, '--site', join(set.inputs, 'site.yaml'), '--out', out];
      const args = [...begin, '--stage-milliseconds', String(set.pkcs11Milliseconds), ...(json ? ['--json'] : [])];
      /** One run of the program: each day of the ceremony has its own guard and core; the people and their tokens stay. */
      const holdDay = async (resumes: boolean): Promise<number> => {
        const spool = openUnnamed(out);
        const guard = startGuard(set.modules, pipes.terminal, set.printer, spool);
        closeSync(spool);
        processes.push(guard);
        const warden = new Caller(guard.pipe(3), 'the guard', 'GUARD_DIED');
        await warden.call('start', { ...set.start, resumes, printer: set.printer });
        const core = startCore([...args, ...(resumes ? ['--resume'] : [])], {
          reads: [script, set.inputs, ...set.keyFiles],
          writes,
          guard: guard.pipe(4),
          people: pipes.people,
          atTheTable: false,
        });
        processes.push(core);
        guard.pipe(4).destroy();
        void serve(core.pipe(3), coreService(writes, [out], program));
        const code = await core.exited;
        // The next guard is played to through the same pipe.
        if (code === EXIT.adjourned || code === EXIT.done) await guard.exited;
        return code;
      };
      let code = await holdDay(false);
      while (code === EXIT.adjourned) code = await holdDay(true);
      if (code !== KILLED) return code;
      throw new CeremonyError('INTERRUPTED', `the core ended by a signal; what is in "${out}" was durable before`, {
        hint: 'quorate verify … --outcome interrupted checks the transcript up to its last line',
      });
    },
  };
}

interface StageReply {
  readonly start: JsonObject;
  readonly modules: string[];
  readonly media: string[];
  readonly keyFiles: string[];
  /** What prints shares; null where none are. */
  readonly printer: string | null;
  readonly inputs: string;
  readonly notes: string[];
  readonly pkcs11Milliseconds: number;
}
