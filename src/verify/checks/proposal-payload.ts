import { sha256 } from '../../base/digest.ts';
import { approvalPayloadPath } from '../../pack/layout.ts';
import { payloadOf } from '../../quorum/operation.ts';
import { type ToBeSigned, toBeSigned } from '../../quorum/sign-list.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const proposalPayload = defineCheck({
  id: 'PROPOSAL-PAYLOAD',
  title: 'the bytes in the pack that a proposal names are those whose digest was approved',
  needs: ['proposals'],
  run({ proposals }, { pack, report }) {
    for (const { event, descriptor, seq } of proposals) {
      const path = approvalPayloadPath(seq);
      const { operation } = descriptor;
      const named = payloadOf(operation);
      if (!named) {
        if (event.payload !== null)
          report(at(event), `an operation "${operation.op}" has the payload "${event.payload}"`);
        continue;
      }
      const { sha256, size } = named;
      if (event.payload !== path) report(at(event), `"payload" is "${event.payload ?? 'null'}"; expected "${path}"`);
      else if (pack.digest(path) === undefined) report(path, `the pack lacks the bytes that event ${seq} proposed`);
      else if (pack.digest(path) !== sha256) report(path, `SHA-256 is ${pack.digest(path)}; approved was ${sha256}`);
      else if (pack.size(path) !== size) report(path, `${pack.size(path)} bytes; approved were ${size}`);
      else if (operation.op === 'sign-list') {
        const all = pack.file(path) ?? new Uint8Array(0);
        for (const item of toBeSigned(operation)) {
          const fault = faultOf(item, all);
          if (fault) report(path, fault);
        }
      }
    }
  },
});

/** Its digest was approved too. */
function faultOf(item: ToBeSigned, all: Uint8Array): string | undefined {
  const digest = sha256(all.subarray(item.at, item.at + item.payload.size));
  if (digest === item.payload.sha256) return undefined;
  return `item ${item.index + 1}, "${item.out}": SHA-256 is ${digest}; approved was ${item.payload.sha256}`;
}
