import { createServer } from 'node:net';

const { PORT, POD, CLUSTER } = process.env;

/** Says to whoever connects which pod of which cluster it is. */
const server = createServer((socket) => {
  // A client that leaves early is no reason to end.
  socket.on('error', () => socket.destroy());
  socket.end(`${POD}.${CLUSTER}\n`);
});
server.listen(Number(PORT));
process.once('SIGTERM', () => server.close());
