import { z } from 'zod';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { hasSite } from '../plan/plan.ts';
import { defineStep, type StepEvidence } from '../plan/step-type.ts';
import { withEntry } from '../plan/world.ts';
import { name } from '../script/schema/words.ts';
import type { Event } from '../transcript/event.ts';
import { copiedThen, isCopy } from './medium-copies.ts';
import { copiesPart } from './paper-parts.ts';

/** Folder on the medium. The pack is not sealed yet: the sealed one is written beside it when the ceremony closes. */
const FOLDER = { pack: 'provisional', publish: 'publish', roster: 'roster' } as const;
const WHAT = { pack: 'the provisional pack', publish: 'what is published', roster: 'the roster' } as const;

/** Copies files onto every copy of a medium, and reads them back. */
export const writeMedia = defineStep({
  name: 'write-media',
  version: 1,
  summary: 'Copy the pack, or what is published, onto media and read it back.',
  irreversible: false,
  needs: ['media', 'pack', 'terminal'],
  schema: z.strictObject({
    item: name,
    files: z.enum(['pack', 'publish', 'roster'], { error: '"pack", "publish" or "roster"' }),
    'read-back': z.enum(['at-once', 'reinserted'], { error: '"at-once" or "reinserted"' }),
  }),
  simulate(params, world, { plan, step, report }) {
    if (hasSite(plan) && plan.media[params.item] === undefined) {
      report('PLAN_MEDIUM', ['with', 'item'], `the site has no medium "${params.item}"`);
    }
    const folder = `${params.item}: ${FOLDER[params.files]}`;
    const writer = world.files.get(folder);
    if (writer !== undefined)
      report('PLAN_FILE', ['with', 'files'], `"${writer}" writes the same files onto "${params.item}" already`);
    if (step.by.length === 0) report('PLAN_PEOPLE', [], 'nobody handles the medium', 'add "by:"');
    if (params.files === 'publish' && world.certificates.size === 0)
      report('PLAN_ORDER', ['with', 'files'], 'there is nothing to publish yet');
    if (params.files === 'roster' && !world.rostered)
      report('PLAN_ORDER', ['with', 'files'], 'there is no roster yet that this ceremony made');
    return { ...world, files: withEntry(world.files, folder, step.id) };
  },
  describe: (params) => [
    `Write ${WHAT[params.files]} onto every copy of "${params.item}"; ${params['read-back'] === 'reinserted' ? 'pull it, put it back, and ' : ''}read it back.`,
  ],
  paper: (params, _step, plan) => [
    copiesPart(
      plan,
      params.item,
      params['read-back'] === 'reinserted' ? 'written, pulled, put back, read back:' : 'written and read back:',
    ),
  ],
  async *run(params, step, { media, pack, terminal, ceremony }) {
    const folder = provisionalFolder(step.key, ceremony.events());
    const seat = step.by[0] as string;
    const wanted = (await pack.list()).filter(
      (path) => params.files === 'pack' || path.startsWith(`${FOLDER[params.files]}/`),
    );
    for (const medium of media(params.item)) {
      const copies = new Map<string, Uint8Array>();
      for (const path of wanted) {
        copies.set(params.files === 'pack' ? `${folder}/${path}` : path, await pack.read(path));
      }
      await medium.files.createAll(copies);
      const written = new Map([...copies].map(([path, bytes]) => [path, sha256(bytes)]));
      if (params['read-back'] === 'reinserted') {
        await terminal.ask({
          step: step.key,
          seat,
          text: `Pull medium ${medium.name} out, put it back in`,
          kind: 'confirm',
        });
      }
      for (const [path, digest] of written) {
        if (sha256(await medium.files.read(path)) !== digest) {
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
    const unlike = unlikeCopies(params.files, own, evidence);
    return [...missing, ...unlike.map((name) => fault(`what is recorded of ${name} is not what was in the pack then`))];
  },
});

/** Where the provisional pack goes: a folder of its own each time, as the record has grown when the step is run again. */
function provisionalFolder(step: string, events: readonly Event[]): string {
  const runs = events.filter((event) => event.type === 'step' && event.step === step && event.phase === 'begin').length;
  return runs <= 1 ? FOLDER.pack : `${FOLDER.pack}-${runs}`;
}

/** Names of the media of which the record says other files than were there when they were written. */
function unlikeCopies(files: keyof typeof FOLDER, own: readonly Event[], evidence: StepEvidence): string[] {
  const wanted = (path: string) => files === 'pack' || path.startsWith(`${FOLDER[files]}/`);
  const begin = own[0]?.seq ?? 0;
  const key = own[0]?.type === 'step' ? own[0].step : '';
  const earlier = evidence.events.filter((event) => event.seq <= begin);
  const prefix = files === 'pack' ? `${provisionalFolder(key, earlier)}/` : '';
  let before = begin;
  return own.flatMap((event) => {
    if (event.type !== 'observation' || event.subject !== 'medium') return [];
    // The folder was listed once, and read for each medium: people may have said something in between, on record.
    const moments = own.map(({ seq }) => seq).filter((seq) => seq < event.seq);
    const reads = moments.filter((seq) => seq >= before);
    before = event.seq;
    const isLike = moments.some((at) =>
      reads.some((read) => at <= read && isCopy(event.facts, copiedThen(wanted, prefix, evidence, at, read))),
    );
    return isLike ? [] : [`medium ${JSON.stringify(event.facts['medium'] ?? null)}`];
  });
}
