import { EXIT } from '../base/errors.ts';
import { inheritedPipe } from '../channel/inherited.ts';
import { sendNote, serve } from '../channel/requests.ts';
import { refuseDumps } from '../hardening/refuse-dumps.ts';
import { tokenRequests } from './handlers.ts';
import { dropLoadingPermissions } from './hardening.ts';

/** The duplex pipe to the process that started this one. */
const CHANNEL = 3;

/** The exit code after the time limit of a login; the orderly ends have 0. As in sysexits.h: EX_TEMPFAIL. */
const TIME_LIMIT_EXIT = 75;

refuseDumps();
const channel = inheritedPipe(CHANNEL);

const { handlers, shutDown } = tokenRequests({
  loaded: dropLoadingPermissions,
  expired: () => end(TIME_LIMIT_EXIT),
  announce: (call) => sendNote(channel, call),
  // The reply is written in the microtasks after the handler; closing flushes it first.
  ending: () => void setImmediate(() => channel.end(() => end(0))),
});

// An interrupt at the terminal reaches this process too. It is the starter's to deal with: while it keeps the pipe
// open, a key generation must not be torn apart.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});
process.on('SIGTERM', () => end(0));

serve(channel, handlers).then(
  () => end(0),
  () => {
    // Not the error itself: out of step, the channel may have taken a PIN for something to quote.
    process.stderr.write('token process: the channel does not speak the protocol\n');
    end(EXIT.bug);
  },
);

function end(code: number): never {
  shutDown();
  process.exit(code);
}
