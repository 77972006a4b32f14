import { connect } from '../../src/client/connect.ts'; // In your application: 'carillon/client'.

/*
 * A Node process that does something for each notification of one user, as long as it runs: each once, in order, however
 * often the connection breaks. What arrived while it was not running is in the list (`client.list.load('unread')`).
 *
 *   CARILLON_URL=https://notify.example.com CARILLON_TOKEN=… node worker.ts
 */

const { CARILLON_URL: url = 'http://127.0.0.1:3000', CARILLON_TOKEN: token = '' } = process.env;

const client = connect({ url, token });
client.on('state', (state) => {
  console.error(state.status);
  // Nobody will sign this process in again.
  if (state.status === 'signedOut') process.exitCode = 1;
});
client.on('notification', ({ notification: { actor, title, body } }) => {
  console.log(`${actor?.name ?? 'Somebody'}: ${title}: ${body ?? ''}`);
});
process.once('SIGTERM', () => client.close());
