import { addendumFilePath } from '../../pack/layout.ts';
import { addendaIn } from '../addenda.ts';
import { defineCheck } from '../check.ts';

export const addendumDigest = defineCheck({
  id: 'ADDENDUM-DIGEST',
  title: 'every file that an addendum carries has the size and the SHA-256 that it says',
  needs: [],
  run(_parts, { pack, report }) {
    for (const { folder, content } of addendaIn(pack)) {
      for (const { name, carried, sha256, size } of content?.files ?? []) {
        const path = addendumFilePath(folder, name);
        if (!carried || pack.size(path) === undefined) continue;
        const digest = pack.digestUnread(path);
        if (digest !== sha256) report(path, `SHA-256 is ${digest}; the addendum says ${sha256}`);
        else if (pack.size(path) !== size) report(path, `${pack.size(path)} bytes; the addendum says ${size}`);
      }
    }
  },
});
