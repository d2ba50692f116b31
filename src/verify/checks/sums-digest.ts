import { PATH } from '../../pack/layout.ts';
import { defineCheck } from '../check.ts';

export const sumsDigest = defineCheck({
  id: 'SUMS-DIGEST',
  title: 'SHA256SUMS says of each file what the manifest says, and of the transcript and the manifest what they are',
  needs: ['sums', 'manifest'],
  run({ sums, manifest }, { pack, report }) {
    const expected = new Map(manifest.files.map((file) => [file.path, file.sha256]));
    for (const path of [PATH.events, PATH.manifest]) {
      const digest = pack.digest(path);
      if (digest !== undefined) expected.set(path, digest);
    }
    for (const { path, sha256 } of sums) {
      const digest = expected.get(path);
      if (digest !== undefined && digest !== sha256)
        report(PATH.sums, `says ${sha256} of "${path}"; expected ${digest}`);
    }
  },
});
