import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

const FOLDER = 'recovered/';

export const resumeRecovered = defineCheck({
  id: 'RESUME-RECOVERED',
  title: 'what an interruption left besides the record is kept as it was found, and nothing else is kept with it',
  needs: ['events'],
  run({ events }, { pack, options, report, note }) {
    const listed = new Set<string>();
    for (const event of events) {
      if (event.type !== 'resume') continue;
      for (const { path, sha256, size } of event.recovered) {
        if (!path.startsWith(FOLDER)) report(at(event), `lists "${path}", which is not below ${FOLDER}`);
        if (listed.has(path)) report(at(event), `lists "${path}" a second time`);
        listed.add(path);
        const digest = pack.digest(path);
        if (digest === undefined) report(at(event), `lists "${path}", which the pack does not have`);
        else if (digest !== sha256) report(at(event), `lists "${path}" with SHA-256 ${sha256}; the file has ${digest}`);
        else if (pack.size(path) !== size)
          report(at(event), `lists "${path}" with ${size} bytes; the file has ${pack.size(path)}`);
      }
    }
    for (const path of pack.paths) {
      if (!path.startsWith(FOLDER) || listed.has(path)) continue;
      // It is kept aside before the event that lists it.
      if (options.outcome === 'interrupted') note(`"${path}" is not listed: the ceremony ended again before that`);
      else report(path, 'no resume lists this file');
    }
  },
});
