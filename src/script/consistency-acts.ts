import type { Json } from '../base/canonical-json.ts';
import { escapeForeign } from '../base/text.ts';
import { clip, itemsOf, memberOf, type Reporter, textOf } from './tree.ts';

/** Acts: titles differ, paper comes before the program or after it, and what always runs comes last. */
export function checkActs(script: Json, report: Reporter): void {
  const acts = itemsOf(memberOf(script, 'acts'));
  const titles = new Map<string, number>();
  let always = false;
  for (const [index, act] of acts.entries()) {
    const path = ['acts', index];
    const title = textOf(memberOf(act, 'title'));
    if (title !== undefined) {
      const first = titles.get(title);
      if (first !== undefined) {
        const { line } = report.positions.value(['acts', first, 'title']);
        const text = `the act "${escapeForeign(clip(title))}" stands twice`;
        report.atValue('DUPLICATE', [...path, 'title'], text, `it stands first on line ${line}`);
      } else titles.set(title, index);
    }
    if (memberOf(act, 'always') === true) always = true;
    else if (always) {
      const text = 'an act that always runs may be followed only by others that do';
      report.atValue('ACT_ORDER', [...path, 'title'], text, 'add "always: true", or move it up');
    }
    if (memberOf(act, 'on') !== 'paper') continue;
    if (memberOf(act, 'activation') !== undefined) {
      report.atKey('ACT_PAPER', [...path, 'activation'], 'an act on paper cannot activate an HSM');
    }
    const onPaper = (other: Json) => memberOf(other, 'on') === 'paper';
    if (!acts.slice(0, index).every(onPaper) && !acts.slice(index + 1).every(onPaper)) {
      const text = 'an act on paper may stand only before the first or after the last act of the program';
      report.atValue('ACT_ORDER', [...path, 'on'], text);
    }
  }
}
