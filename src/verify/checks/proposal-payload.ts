import { approvalPayloadPath } from '../../pack/layout.ts';
import { payloadOf } from '../../quorum/operation.ts';
import { defineCheck } from '../check.ts';
import { at } from '../where.ts';

export const proposalPayload = defineCheck({
  id: 'PROPOSAL-PAYLOAD',
  title: 'the bytes in the pack that a proposal names are those whose digest was approved',
  needs: ['proposals'],
  run({ proposals }, { pack, report }) {
    for (const { event, descriptor, seq } of proposals) {
      const path = approvalPayloadPath(seq);
      const named = payloadOf(descriptor.operation);
      if (!named) {
        if (event.payload !== null)
          report(at(event), `an operation "${descriptor.operation.op}" has the payload "${event.payload}"`);
        continue;
      }
      const { sha256, size } = named;
      if (event.payload !== path) report(at(event), `"payload" is "${event.payload ?? 'null'}"; expected "${path}"`);
      else if (pack.digest(path) === undefined) report(path, `the pack lacks the bytes that event ${seq} proposed`);
      else if (pack.digest(path) !== sha256) report(path, `SHA-256 is ${pack.digest(path)}; approved was ${sha256}`);
      else if (pack.size(path) !== size) report(path, `${pack.size(path)} bytes; approved were ${size}`);
    }
  },
});
