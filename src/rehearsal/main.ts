import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { inheritedPipe } from '../channel/inherited.ts';
import { serve } from '../channel/requests.ts';
import { behavesAs } from '../quorum/quirk-rows.ts';
import { Shape } from '../quorum/shape.ts';
import { tokenMilliseconds } from '../token/client.ts';
import { readCast } from './cast.ts';
import { answerQuestion, playOfficers } from './people.ts';
import { type PlayedAs, playedAs } from './played-as.ts';
import { practiceSheet } from './practice-sheet.ts';
import { setStage } from './stage.ts';

/** File descriptors, as the supervisor lays them out. */
const SUPERVISOR = 3;
const GUARD_TERMINAL = 4;
const CORE_QUESTIONS = 5;

/** An authorization for a rehearsal holds from an hour before it to a day after. */
const BEFORE_MS = 60 * 60 * 1000;
const AFTER_MS = 24 * 60 * 60 * 1000;
/** A table to practise at is laid for a week. */
const PRACTICE_MS = 7 * AFTER_MS;

/** @throws CeremonyError USAGE, before anything is made: a name that nobody plays is a slip of the pen */
function asIn(shape: Shape): PlayedAs {
  if (!shape.has('as')) return {};
  return playedAs(shape.list('as', (item, where) => new Shape({ item }, 'REHEARSAL_SETUP', where).text('item')));
}

/** The folder of the pack that the ceremony follows, where one was given. */
function fromIn(shape: Shape): { readonly from?: string } {
  return shape.has('from') ? { from: shape.text('from') } : {};
}

const utc = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/**
 * The stage of a rehearsal: makes the throw-away tokens and documents, and plays the people. It is started for
 * `rehearse` alone and is no part of a production run.
 */
let set = false;
let folder = '';
void serve(inheritedPipe(SUPERVISOR), {
  set: async ({ params }) => {
    if (set) throw new CeremonyError('REQUEST_UNKNOWN', 'the stage is set already');
    set = true;
    const shape = new Shape(params, 'REHEARSAL_SETUP', 'the request to set the stage');
    const now = Date.now();
    folder = shape.text('folder');
    const cast = readCast(shape.any('cast') as JsonObject);
    const playing = asIn(shape);
    const stage = await setStage({
      cast,
      folder,
      script: shape.digest('script'),
      program: shape.digest('program'),
      window: { from: utc(now - BEFORE_MS), until: utc(now + AFTER_MS) },
      ...playing,
      ...fromIn(shape),
    });
    shape.end();
    playOfficers(inheritedPipe(GUARD_TERMINAL), stage.cards, stage.hsmPins);
    const knowledge = {
      authorization: stage.authorization,
      references: stage.references,
      now: () => utc(Date.now()),
      bags: stage.bags,
      tools: stage.tools,
      acceptsQuirks: behavesAs(playing.as).behavesAs !== undefined,
    };
    void serve(inheritedPipe(CORE_QUESTIONS), {
      ask: ({ params: question }) => ({ value: answerQuestion(question, knowledge) }),
    });
    const { start, modules, media, keyFiles, inputs, notes } = stage;
    const pkcs11Milliseconds = Math.round(tokenMilliseconds());
    const folders = { media: [...media], keyFiles: [...keyFiles] };
    return { value: { start, modules: [...modules], ...folders, inputs, notes: [...notes], pkcs11Milliseconds } };
  },
  lay: async ({ params }) => {
    const shape = new Shape(params, 'REHEARSAL_SETUP', 'the request to lay a table');
    const now = Date.now();
    const laid = shape.text('folder');
    const cast = readCast(shape.any('cast') as JsonObject);
    const stage = await setStage({
      cast,
      folder: laid,
      inputs: laid,
      script: shape.digest('script'),
      program: shape.digest('program'),
      window: { from: utc(now - BEFORE_MS), until: utc(now + PRACTICE_MS) },
      ...asIn(shape),
      ...fromIn(shape),
    });
    shape.end();
    const sheet = join(laid, 'practice-pins.txt');
    writeFileSync(sheet, practiceSheet(stage.cards, stage.bags, stage.hsmPins, stage.references), {
      flag: 'wx',
      mode: 0o600,
    });
    const roster = stage.start['expectedRoster'] as string;
    return { value: { site: join(laid, 'site.yaml'), sheet, roster, notes: [...stage.notes] } };
  },
}).then(() => {
  // The supervisor is gone, perhaps killed: what was throw-away goes with it.
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
