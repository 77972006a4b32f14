import { StartError } from '../../domain/errors.ts';
import { newEpoch } from '../epoch.ts';
import { aloneWith } from './alone.ts';
import { stateOf } from './identity.ts';
import { nameOf } from './unusable.ts';

/**
 * Gives the database at `url`, which was restored from a backup, a new epoch: what clients saw after the backup was made
 * is not in it, so their cursors must not count any more, nor must tickets that may have been taken since.
 *
 * @returns the new epoch.
 * @throws StartError with one line that says what is wrong.
 */
export async function renewEpoch(url: string): Promise<string> {
  return aloneWith(url, nameOf(url), async (client) => {
    const { identity } = await stateOf(client);
    if (identity !== 'ours') throw new StartError(`${nameOf(url)}, which is not a database of Carillon's.`);
    const epoch = newEpoch();
    await client.query(`UPDATE meta SET value = $1 WHERE key = 'epoch'`, [epoch]);
    await client.query('DELETE FROM tickets');
    return epoch;
  });
}
