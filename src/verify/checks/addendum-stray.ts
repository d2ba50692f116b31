import { addendumFilePath } from '../../pack/layout.ts';
import { addendaIn } from '../addenda.ts';
import { defineCheck } from '../check.ts';

export const addendumStray = defineCheck({
  id: 'ADDENDUM-STRAY',
  title: 'an addendum holds no file but those that it says it carries',
  needs: [],
  run(_parts, { pack, report }) {
    for (const { folder, paths, content } of addendaIn(pack)) {
      if (!content) continue;
      const files = new Map(content.files.map((file) => [addendumFilePath(folder, file.name), file]));
      for (const path of paths) {
        if (!path.startsWith(`${folder}/files/`) || files.get(path)?.carried) continue;
        report(
          path,
          files.has(path) ? 'the addendum says that only its digest came' : 'the addendum does not name this file',
        );
      }
    }
  },
});
