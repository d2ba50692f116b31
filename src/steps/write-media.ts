import { z } from 'zod';
import { sha256 } from '../base/digest.ts';
import { CeremonyError } from '../base/errors.ts';
import { hasSite } from '../plan/plan.ts';
import { defineStep } from '../plan/step-type.ts';
import { withEntry } from '../plan/world.ts';
import { name } from '../script/schema/words.ts';

/** Folder on the medium. The pack is not sealed yet: the sealed one is written beside it when the ceremony closes. */
const FOLDER = { pack: 'provisional', publish: 'publish' } as const;

/** Copies files onto every copy of a medium, and reads them back. */
export const writeMedia = defineStep({
  name: 'write-media',
  version: 1,
  summary: 'Copy the pack, or what is published, onto media and read it back.',
  irreversible: false,
  needs: ['media', 'pack', 'terminal'],
  schema: z.strictObject({
    item: name,
    files: z.enum(['pack', 'publish'], { error: '"pack" or "publish"' }),
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
    return { ...world, files: withEntry(world.files, folder, step.id) };
  },
  describe: (params) => [
    `Write ${params.files === 'pack' ? 'the provisional pack' : 'what is published'} onto every copy of "${params.item}"; ${params['read-back'] === 'reinserted' ? 'pull it, put it back, and ' : ''}read it back.`,
  ],
  async *run(params, step, { media, pack, terminal }) {
    const seat = step.by[0] as string;
    const wanted = (await pack.list()).filter((path) => params.files === 'pack' || path.startsWith('publish/'));
    for (const medium of media(params.item)) {
      const copies = new Map<string, Uint8Array>();
      for (const path of wanted) {
        copies.set(params.files === 'publish' ? path : `${FOLDER.pack}/${path}`, await pack.read(path));
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
  verify(params, step, own, { plan }) {
    const copies = plan.media[params.item]?.length ?? 0;
    // Told apart before they are counted: one copy that is written twice is one copy.
    const media = own.flatMap((event) =>
      event.type === 'observation' && event.subject === 'medium' && event.facts['readBack'] === params['read-back']
        ? [String(event.facts['medium'])]
        : [],
    );
    const seen = new Set(media).size;
    if (seen === copies && copies > 0) return [];
    return [
      {
        check: 'STEP-MEDIA',
        message: `step ${step.number} "${step.key}": ${seen} of ${copies} copies were written and read back`,
        where: 'events.jsonl',
      },
    ];
  },
});
