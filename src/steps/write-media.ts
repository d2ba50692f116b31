import { z } from 'zod';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { hasSite, type PlannedStep, stepsOf } from '../plan/plan.ts';
import { CHANGES_ROSTER } from '../plan/roster-change.ts';
import { defineStep, type StepEvidence } from '../plan/step-type.ts';
import { withEntry } from '../plan/world.ts';
import { name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { copyFiles } from './copy-files.ts';
import {
  holdToRecord,
  KEY_FILES,
  type KeyFilesPlace,
  keptOn,
  keyFilesAmiss,
  keyLines,
  placesOf,
  readKeyFiles,
  seen,
} from './key-files.ts';
import { copiedThen, isCopy } from './medium-copies.ts';
import { copiesPart } from './paper-parts.ts';

/** Folder on the medium. The pack is not sealed yet: the sealed one is written beside it when the ceremony closes. */
const FOLDER = { pack: 'provisional', publish: 'publish', roster: 'roster', 'key-files': KEY_FILES } as const;
const WHAT = {
  pack: 'the provisional pack',
  publish: 'what is published',
  roster: 'the roster',
  'key-files': 'the files that hold keys of HSMs',
} as const;
const KEYS_WITH_IT = 'Files that hold keys of HSMs are written with it, where no other step is for them.';
const NO_KEY_FILES = 'No HSM of this site has its keys in files of the computer: nothing is written.';

/**
 * Copies files onto every copy of a medium, and reads them back. Files that hold keys go with the pack where no step of
 * the script is for them alone: whether there are any, the site knows and not the script.
 */
export const writeMedia = defineStep({
  name: 'write-media',
  version: 1,
  summary: 'Copy the pack, what is published, or files that hold keys, onto media and read them back.',
  irreversible: false,
  needs: ['media', 'pack', 'keyFiles', 'terminal'],
  schema: z.strictObject({
    item: name,
    files: z.enum(['pack', 'publish', 'roster', 'key-files'], {
      error: '"pack", "publish", "roster" or "key-files"',
    }),
    'read-back': z.enum(['at-once', 'reinserted'], { error: '"at-once" or "reinserted"' }),
  }),
  simulate(params, world, { plan, step, steps, report }) {
    if (hasSite(plan) && plan.media[params.item] === undefined) {
      report('PLAN_MEDIUM', ['with', 'item'], `the site has no medium "${params.item}"`);
    }
    const folder = `${params.item}: ${FOLDER[params.files]}`;
    const writer = world.files.get(folder);
    // Once for the keys of each time.
    const isAgain = params.files === KEY_FILES && world.unkept.size > 0;
    if (writer !== undefined && !isAgain)
      report('PLAN_FILE', ['with', 'files'], `"${writer}" writes the same files onto "${params.item}" already`);
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody handles the medium', 'add "by:"');
    if (params.files === 'publish' && world.certificates.size === 0 && !world.ran.has('make-csr'))
      report('PLAN_ORDER', ['with', 'files'], 'there is nothing to publish yet');
    if (params.files === 'roster' && !world.rostered && !world.ran.has(CHANGES_ROSTER))
      report('PLAN_ORDER', ['with', 'files'], 'there is no roster yet that this ceremony made');
    if (params.files !== KEY_FILES) {
      const kept = new Set(keysWith(params, plan, steps).map(({ module }) => module));
      const unkept = new Map([...world.unkept].filter(([module]) => !kept.has(module)));
      return { ...world, files: withEntry(world.files, folder, step.id), unkept };
    }
    if (world.keys.size === 0) report('PLAN_ORDER', ['with', 'files'], 'no key has been made yet');
    const places = placesOf(plan);
    const here = places.filter(({ keptOn }) => keptOn === params.item);
    const [elsewhere] = places;
    if (elsewhere && here.length === 0)
      report(
        'PLAN_MEDIUM',
        ['with', 'item'],
        `the site keeps the key files of "${elsewhere.module}" on "${elsewhere.keptOn}", and of none on "${params.item}"`,
      );
    const unkept = new Map([...world.unkept].filter(([module]) => !here.some((place) => place.module === module)));
    return { ...world, files: withEntry(world.files, folder, step.id), unkept };
  },
  describe: (params, _step, plan) => [
    ...(params.files === KEY_FILES && hasSite(plan) && placesOf(plan).length === 0 ? [NO_KEY_FILES] : []),
    ...(params.files === 'pack' && keptOn(plan, params.item).length > 0 ? [KEYS_WITH_IT] : []),
    `Write ${WHAT[params.files]} onto every copy of "${params.item}"; ${params['read-back'] === 'reinserted' ? 'pull it, put it back, and ' : ''}read it back.`,
  ],
  paper: (params, _step, plan) => [
    copiesPart(
      plan,
      params.item,
      params['read-back'] === 'reinserted' ? 'written, pulled, put back, read back:' : 'written and read back:',
    ),
  ],
  async *run(params, step, { media, pack, keyFiles, terminal, ceremony }) {
    const folder = folderOnMedium(params.files, step.key, ceremony.events());
    const seat = step.by[0] as string;
    const isOfKeys = params.files === KEY_FILES;
    const places = keysWith(params, ceremony.plan, stepsOf(ceremony.plan));
    const keyFolder = folderOnMedium(KEY_FILES, step.key, ceremony.events());
    if (isOfKeys && places.length === 0) {
      await terminal.say([NO_KEY_FILES]);
      return;
    }
    const keys = new Map<string, Uint8Array>();
    for (const place of places) {
      const files = await readKeyFiles(keyFiles(place.folder), place);
      yield seen(step.key, place, 'written', files);
      holdToRecord(place, files, ceremony.events());
      for (const [path, bytes] of files) keys.set(`${keyFolder}/${place.module}/${path}`, bytes);
    }
    const wanted = (isOfKeys ? [] : await pack.list()).filter(
      (path) => params.files === 'pack' || path.startsWith(`${FOLDER[params.files]}/`),
    );
    for (const medium of media(params.item)) {
      const written = new Map([...keys].map(([path, bytes]) => [path, sha256(bytes)]));
      await medium.files.createAll(keys);
      const names = wanted.map((path) => [path, params.files === 'pack' ? `${folder}/${path}` : path] as const);
      for (const [path, digest] of await copyFiles((path) => pack.open(path), medium.files, names))
        written.set(path, digest);
      if (params['read-back'] === 'reinserted') {
        await terminal.ask({
          step: step.key,
          seat,
          text: `Pull medium ${medium.name} out, put it back in`,
          kind: 'confirm',
        });
      }
      for (const [path, digest] of written) {
        if (sha256(await medium.files.open(path)) !== digest) {
          throw new CeremonyError('MEDIUM_DIFFERS', `"${path}" reads back differently from medium ${medium.name}`, {
            hint: 'replace this medium',
          });
        }
      }
      const listing = [...written]
        .map(([path, digest]) => `${digest}  ${path}\n`)
        .sort()
        .join('');
      yield {
        type: 'observation',
        step: step.key,
        subject: 'medium',
        facts: { medium: medium.name, files: written.size, listing: sha256(listing), readBack: params['read-back'] },
      };
    }
  },
  verify(params, step, own, evidence) {
    const fault = (message: string) => ({
      check: 'STEP-MEDIA',
      message: `step ${step.number} "${step.key}": ${message}`,
      where: 'events.jsonl',
    });
    const places = keysWith(params, evidence.plan, stepsOf(evidence.plan));
    if (params.files === KEY_FILES && places.length === 0) return [];
    const copies = evidence.plan.media[params.item]?.length ?? 0;
    // Told apart before they are counted: one copy that is written twice is one copy.
    const media = own.flatMap((event) =>
      event.type === 'observation' && event.subject === 'medium' && event.facts['readBack'] === params['read-back']
        ? [String(event.facts['medium'])]
        : [],
    );
    const seen = new Set(media).size;
    const missing =
      seen === copies && copies > 0 ? [] : [fault(`${seen} of ${copies} copies were written and read back`)];
    const amiss = keyFilesAmiss(places, own, evidence).map(fault);
    const keys = keyLines(places, folderOfRun(KEY_FILES, own, evidence), own);
    const unlike = unlikeCopies(params.files, keys, own, evidence);
    const what = params.files === KEY_FILES ? 'the key files' : 'what was in the pack then';
    return [...missing, ...amiss, ...unlike.map((name) => fault(`what is recorded of ${name} is not ${what}`))];
  },
});

/** Whose key files such a step writes: with the pack, those that no step is for. */
function keysWith(
  { item, files }: { readonly item: string; readonly files: keyof typeof FOLDER },
  plan: Parameters<typeof keptOn>[0],
  steps: readonly PlannedStep[],
): readonly KeyFilesPlace[] {
  const isOfKeys = ({ type, params }: PlannedStep) =>
    type === 'write-media' && params['files'] === KEY_FILES && params['item'] === item;
  if (files !== KEY_FILES && (files !== 'pack' || steps.some(isOfKeys))) return [];
  return keptOn(plan, item);
}

/**
 * The folder on the medium. The provisional pack, and files that hold keys, have one of their own each time: when the
 * step is run again the record has grown, and nothing is overwritten.
 */
function folderOnMedium(files: keyof typeof FOLDER, step: string, events: readonly Event[]): string {
  const runs = events.filter((event) => event.type === 'step' && event.step === step && event.phase === 'begin').length;
  return runs <= 1 || (files !== 'pack' && files !== KEY_FILES) ? FOLDER[files] : `${FOLDER[files]}-${runs}`;
}

/** The same, of the run that a verifier judges. */
function folderOfRun(files: keyof typeof FOLDER, own: readonly Event[], { events }: StepEvidence): string {
  const [begin] = own;
  const key = begin?.type === 'step' ? begin.step : '';
  return folderOnMedium(
    files,
    key,
    events.filter((event) => event.seq <= (begin?.seq ?? 0)),
  );
}

/** Names of the media of which the record says other files than were there when they were written. */
function unlikeCopies(
  files: keyof typeof FOLDER,
  keys: readonly string[],
  own: readonly Event[],
  evidence: StepEvidence,
): string[] {
  const wanted = (path: string) => files === 'pack' || (files !== KEY_FILES && path.startsWith(`${FOLDER[files]}/`));
  const begin = own[0]?.seq ?? 0;
  const prefix = files === 'pack' ? `${folderOfRun(files, own, evidence)}/` : '';
  let before = begin;
  return own.flatMap((event) => {
    if (event.type !== 'observation' || event.subject !== 'medium') return [];
    // The folder was listed once, and read for each medium: people may have said something in between, on record.
    const moments = own.map(({ seq }) => seq).filter((seq) => seq < event.seq);
    const reads = moments.filter((seq) => seq >= before);
    before = event.seq;
    const isLike = moments.some((at) =>
      reads.some((read) => at <= read && isCopy(event.facts, copiedThen(wanted, prefix, evidence, at, read, keys))),
    );
    return isLike ? [] : [`medium ${JSON.stringify(event.facts['medium'] ?? null)}`];
  });
}
