import { PATH } from '../pack/layout.ts';
import type { EventLine, Pack } from '../pack/pack-reader.ts';
import type { Derivations } from './options.ts';
import type { EventOf } from './parts.ts';
import { withheldLines } from './withheld.ts';

/** What is known of views/report.pdf, which no signature covers and everybody reads. */
export type ReportState =
  | { readonly kind: 'missing' | 'other' | 'same' }
  | { readonly kind: 'not compared'; readonly because: string };

export function reportState(
  pack: Pack,
  derive: Derivations,
  opening: EventOf<'opening'>,
  lines: readonly EventLine[],
): ReportState {
  const bytes = pack.file(PATH.report);
  if (!bytes) return { kind: 'missing' };
  const notCompared = (because: string): ReportState => ({ kind: 'not compared', because });
  const { report } = derive;
  if (!report) return notCompared('it was not rendered again');
  if ('because' in report) return notCompared(report.because);
  if (report.version !== opening.versions.report)
    return notCompared(`it is of version ${opening.versions.report}, and this program renders ${report.version}`);
  // It was made from all lines: what renders from the others is another report, and no fault of this one.
  if (withheldLines(lines).length > 0) return notCompared('lines that it was made from are withheld');
  return { kind: Buffer.compare(bytes, report.bytes) === 0 ? 'same' : 'other' };
}
