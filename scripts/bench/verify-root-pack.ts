import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { alternate, type Benchmark, QUORATE, timed } from './measure.ts';
import { rehearse, withScratch } from './rehearsal.ts';

/** `quorate verify`, over one `openssl verify` of the root and one `sha256sum` of every file of the pack. */
export const benchmark: Benchmark = {
  name: 'verify-root-pack',
  measure: () =>
    withScratch((folder) => {
      const { pack, roster } = rehearse(join(folder, 'pack'));
      const entries = readdirSync(pack, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      const root = join(pack, 'certificates/root.pem');
      return alternate(
        11,
        'openssl verify + sha256sum',
        () => timed(QUORATE, ['verify', pack, '--expect', 'rehearsal', '--roster', roster]),
        () =>
          timed('openssl', ['verify', '-x509_strict', '-check_ss_sig', '-CAfile', root, root]) +
          timed('sha256sum', files),
      );
    }),
};
