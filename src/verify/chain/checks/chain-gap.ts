import { NO_DIGEST } from '../../../base/digest.ts';
import { PATH } from '../../../pack/layout.ts';
import type { ChainCheck } from '../chain-check.ts';

export const chainGap: ChainCheck = {
  id: 'CHAIN-GAP',
  title: 'each pack that a pack follows is given too, back to the first ceremony',
  run({ links }, { report }) {
    for (const { name, opening, before } of links) {
      if (before || opening.previous === NO_DIGEST) continue;
      report(
        name,
        `${PATH.events}:1`,
        `a gap: ceremony ${opening.number} follows a pack whose manifest has SHA-256 ${opening.previous}, and none that was given has`,
      );
    }
  },
};
