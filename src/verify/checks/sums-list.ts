import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const sumsList = defineCheck({
  id: 'SUMS-LIST',
  title: "SHA256SUMS lists the manifest's files, events.jsonl and manifest.json, sorted, and no other",
  needs: ['sums', 'manifest'],
  run({ sums, manifest }, { report }) {
    const expected = new Set([...manifest.files.map((file) => file.path), PATH.events, PATH.manifest]);
    const listed = new Set(sums.map((sum) => sum.path));
    for (const path of expected) if (!listed.has(path)) report(PATH.sums, `does not list "${path}"`);
    for (const path of listed)
      if (!expected.has(path)) report(PATH.sums, `lists "${path}", which the manifest does not`);
    sums.forEach(({ path }, index) => {
      const before = sums[index - 1]?.path;
      if (before !== undefined && before >= path)
        report(`${PATH.sums}:${index + 1}`, `"${path}" follows "${before}"; expected each path once, sorted`);
    });
  },
});
