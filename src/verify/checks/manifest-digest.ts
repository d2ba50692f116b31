import { defineCheck } from '../check.ts';

export const manifestDigest = defineCheck({
  id: 'MANIFEST-DIGEST',
  title: 'every listed file has the size and the SHA-256 that the manifest says',
  needs: ['manifest'],
  run({ manifest }, { pack, report }) {
    for (const { path, sha256, size } of manifest.files) {
      const digest = pack.digest(path);
      if (digest === undefined) continue;
      if (digest !== sha256) report(path, `SHA-256 is ${digest}; the manifest says ${sha256}`);
      else if (pack.size(path) !== size) report(path, `${pack.size(path)} bytes; the manifest says ${size}`);
    }
  },
});
