import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../base/canonical-json.ts';
import { CeremonyError } from '../base/errors.ts';
import { inheritedPipe } from '../channel/inherited.ts';
import { serve } from '../channel/requests.ts';
import { behavesAs } from '../quorum/quirk-rows.ts';
import { Shape } from '../quorum/shape.ts';
import { tokenMilliseconds } from '../token/client.ts';
import { type Cast, readCast } from './cast.ts';
import { afterCeremony, type Lasting, openStage } from './lasting.ts';
import { answerQuestion, type Knowledge, playOfficers } from './people.ts';
import { type PlayedAs, playedAs } from './played-as.ts';
import { practiceSheet } from './practice-sheet.ts';
import { type StageSet, setCeremony, setStage } from './stage.ts';

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

/** How many certificates the CRL of an adopted CA lists, where that was said. */
function listedIn(shape: Shape): { readonly listed?: number } {
  return shape.has('listed') ? { listed: shape.integer('listed', 1, MOST_LISTED) } : {};
}

const MOST_LISTED = 1_000_000;

const utc = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

const castsIn = (shape: Shape) =>
  shape.list('casts', (item, where) =>
    readCast(new Shape({ item }, 'REHEARSAL_SETUP', where).any('item') as JsonObject),
  );

/** What the people of one ceremony know, and have in their hands. */
interface Scene {
  readonly stage: StageSet;
  readonly knowledge: Knowledge;
}

function sceneOf(stage: StageSet, playing: PlayedAs): Scene {
  const { authorization, references, bags, usedBags, tools } = stage;
  const acceptsQuirks = behavesAs(playing.as).behavesAs !== undefined;
  const now = () => utc(Date.now());
  return { stage, knowledge: { authorization, references, now, bags, usedBags, tools, acceptsQuirks } };
}

/**
 * The stage of a rehearsal: makes the throw-away tokens and documents, and plays the people. It is started for
 * `rehearse` alone and is no part of a production run. It is opened once for all ceremonies, and set for each.
 */
let folder = '';
let open: { readonly casts: readonly Cast[]; readonly playing: PlayedAs; lasting: Lasting } | undefined;
let scene: Scene | undefined;
let ceremonies = 0;
/** What the tokens cost until the last ceremony began, in milliseconds. */
let spent = 0;
void serve(inheritedPipe(SUPERVISOR), {
  open: async ({ params }) => {
    if (open) throw new CeremonyError('REQUEST_UNKNOWN', 'the stage is open already');
    const shape = new Shape(params, 'REHEARSAL_SETUP', 'the request to open the stage');
    const now = Date.now();
    folder = shape.text('folder');
    const casts = castsIn(shape);
    const names = shape.list('names', (item, where) => new Shape({ item }, 'REHEARSAL_SETUP', where).text('item'));
    const playing = asIn(shape);
    const window = { from: utc(now - BEFORE_MS), until: utc(now + AFTER_MS) };
    const wanted = { casts, names, folder, window, ...playing, ...fromIn(shape), ...listedIn(shape) };
    shape.end();
    open = { casts, playing, lasting: await openStage(wanted) };
    return undefined;
  },
  set: async ({ params }) => {
    const cast = open?.casts[ceremonies];
    if (!open || !cast) throw new CeremonyError('REQUEST_UNKNOWN', 'the stage is not open for another ceremony');
    ceremonies++;
    const shape = new Shape(params, 'REHEARSAL_SETUP', 'the request to set the stage');
    const digests = { script: shape.digest('script'), program: shape.digest('program') };
    const before = shape.has('before') ? shape.text('before') : undefined;
    shape.end();
    scene?.stage.printer?.close();
    if (scene && before !== undefined) open.lasting = await afterCeremony(open.lasting, scene.stage.used, before);
    const own = open.casts.length === 1 ? folder : join(folder, String(ceremonies));
    const stage = await setCeremony(open.lasting, { cast, folder: own, ...digests });
    const isFirst = !scene;
    scene = sceneOf(stage, open.playing);
    if (isFirst) beginToPlay();
    const { start, modules, media, keyFiles, inputs, notes, printer } = stage;
    const pkcs11Milliseconds = Math.round(tokenMilliseconds() - spent);
    spent = tokenMilliseconds();
    const folders = { media: [...media], keyFiles: [...keyFiles] };
    const from = { start, modules: [...modules], printer: printer?.path ?? null };
    return { value: { ...from, ...folders, inputs, notes: [...notes], pkcs11Milliseconds } };
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
    const notes = [...stage.notes, ...(stage.printer ? [printerNote(stage.printer.path)] : [])];
    return { value: { site: join(laid, 'site.yaml'), sheet, roster, notes } };
  },
}).then(() => {
  // The supervisor is gone, perhaps killed: what was throw-away goes with it.
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});

/** At a table to practise at, people have a window in the printer's place. */
const printerNote = (path: string) =>
  `Shares are printed into the pipe "${path}". Have another window take the pages: while true; do cat "${path}" > page.pdf; done`;

/** One pipe each for all ceremonies: whoever plays at it looks at what is in hand now. */
function beginToPlay(): void {
  const now = (): Scene => {
    if (!scene) throw new CeremonyError('REQUEST_UNKNOWN', 'the stage is not set');
    return scene;
  };
  playOfficers(inheritedPipe(GUARD_TERMINAL), () => now().stage);
  void serve(inheritedPipe(CORE_QUESTIONS), {
    ask: ({ params: question }) => ({ value: answerQuestion(question, now().knowledge) }),
  });
}
