import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { GuardClient } from '../../src/adapters/guard-client.ts';
import { CeremonyError } from '../../src/base/errors.ts';
import { inheritedPipe } from '../../src/channel/inherited.ts';
import { Caller } from '../../src/channel/requests.ts';
import { readMemberKey } from '../../src/cms/algorithms.ts';
import { signedAttributes } from '../../src/cms/signed-attributes.ts';
import { assembleSignedData } from '../../src/cms/signed-data.ts';
import { requireQuorum } from '../../src/quorum/count.ts';
import { describeOperation, type Operation } from '../../src/quorum/operation.ts';
import { readRoster } from '../../src/quorum/roster.ts';

/**
 * A core in which one package has patched `crypto.verify` to say yes. Whatever is well-formed passes for a signature
 * in this process; it asks the guard to act on signatures that nobody made. Prints what each of the two says.
 */
(crypto as { verify: unknown }).verify = () => true;
syncBuiltinESMExports();

const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const order = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
  roster: string;
  operation: Operation;
  seats: string[];
  expires: string;
};
const roster = readRoster(Buffer.from(order.roster, 'base64'));
const guard = new GuardClient(new Caller(inheritedPipe(4), 'the guard', 'GUARD_DIED'));
await guard.begin('ab'.repeat(32));
const proposal = 'cd'.repeat(32);
const { bytes } = describeOperation(order.operation);
const statement = await guard.propose({ descriptor: bytes, payload: null, proposal, expires: order.expires });

const NOBODYS = Buffer.from('3006020101020101', 'hex');
const approvals = order.seats.map((seat) => {
  const certificate = roster.members.find((member) => member.seat === seat)?.tokens[0]?.signing as Buffer;
  const { suite } = readMemberKey(certificate, 'sign');
  const attributes = signedAttributes(crypto.hash(suite.digest, statement, 'buffer'), certificate);
  return { seat, signature: assembleSignedData({ attributes, signature: NOBODYS, certificate }) };
});
const own = requireQuorum(roster, order.operation.op, statement, approvals);
let answer = 'done';
try {
  await guard.execute(proposal, approvals);
} catch (error) {
  answer = error instanceof CeremonyError ? error.code : String(error);
}
process.stdout.write(`${JSON.stringify({ own, guard: answer })}\n`, () => process.exit(0));
