import type { KeyObject } from 'node:crypto';
import { sha256 } from '../../src/base/digest.ts';
import { encodeOcspResponse, encodeResponseData, type OcspAnswers } from '../../src/pki/ocsp-response.ts';
import { ocspAnswers } from '../../src/plan/ocsp-answers.ts';
import { stepById } from '../../src/plan/plan.ts';
import { algorithmIdentifier } from '../../src/quorum/mechanism.ts';
import { filesJudged, publishedAnswers } from '../../src/steps/answer-files.ts';
import { renderDocument } from '../../src/x509/render.ts';
import { answering } from './answering.ts';
import type { Faults } from './faults.ts';
import { hsmKeyOf, hsmSign } from './guard-double.ts';
import type { RecordOptions } from './record.ts';
import { MECHANISM, renewed } from './reissue.ts';

export interface Reanswer {
  readonly record?: RecordOptions;
  /** What is signed, instead of what was asked. */
  readonly answers?: (asked: OcspAnswers) => OcspAnswers;
  /** Signs instead of the responder. */
  readonly key?: KeyObject;
  /** DER of those that come with it, instead of the responder's. */
  readonly certificates?: readonly Uint8Array[];
  /** Leaves what was approved as it was: approved and signed then differ. */
  readonly unapproved?: boolean;
}

/** A forged ceremony whose responder answers otherwise than planned, and all else follows. */
export function answeredOtherwise(how: Reanswer): Faults {
  let edit: ReturnType<typeof renewed>;
  return {
    record: how.record ?? answering(),
    events: (events) => edit(events),
    recorded: (files, { plan, events }) => {
      const proposed = events.find((event) => event.type === 'proposed' && event.step === 'answers');
      if (proposed?.type !== 'proposed' || proposed.payload === null) throw new Error('no response was proposed');
      const step = stepById(plan, 'answers');
      const params = step?.params as never;
      const made = step && filesJudged(plan, step, params, (path) => files.get(path));
      const asked = made && ocspAnswers(params, made, 'ecdsa-p384', proposed.at).asked;
      if (!made?.responder || !asked) throw new Error('the response cannot be made again');
      const data = encodeResponseData((how.answers ?? ((one) => one))(asked));
      const signature = hsmSign(how.key ?? hsmKeyOf(sha256(made.responder.spki.der)), data);
      const certificates = how.certificates ?? [made.responder.der];
      const der = encodeOcspResponse(data, algorithmIdentifier(MECHANISM), signature, certificates);
      files.set('ocsp/answers.ors', der);
      files.set('ocsp/answers.txt', Buffer.from(`${[...renderDocument(der)].join('\n')}\n`));
      for (const path of publishedAnswers('answers.ors', made)) files.set(path, der);
      if (!how.unapproved) files.set(proposed.payload, data);
      edit = renewed('answers', data, signature, how.unapproved ?? false);
    },
  };
}

/** A day that the rules allow, and the script does not. */
export function shorter(asked: OcspAnswers): OcspAnswers {
  return { ...asked, nextUpdate: `${Number(asked.thisUpdate.slice(0, 4)) + 1}-01-01T00:00:00Z` };
}
