import { type Carillon, startCarillon } from './carillon.ts';
import { type Config, readConfig } from './config.ts';
import { firstSteps } from './development.ts';
import { StartError } from './domain/errors.ts';
import { Ending } from './ending.ts';
import { signToken, type TokenRules } from './http/token.ts';
import { createLog } from './log.ts';
import { tokenRulesOf } from './secret.ts';
import { shownLocation } from './store/open.ts';

try {
  process.exit(await main());
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  process.stderr.write(`carillon: ${error.message}\n`);
  process.exit(1);
}

/** Runs the server until its end was asked for. @returns the exit code */
async function main(): Promise<number> {
  const config = readConfig();
  const log = createLog(config.logLevel);
  const { logger } = log;
  const tokenRules = tokenRulesOf(config);
  const ending = new Ending(log);
  const onSignal = () => ending.signal();
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);

  const starting = startCarillon(config, {
    tokenRules,
    log: logger,
    droppedLogLines: log.droppedLines,
    now: Date.now,
    onFailure: (cause) => {
      const message = 'the database has failed; what was written last may be lost, so the server stops';
      logger.fatal({ err: cause }, message);
      ending.begin(1);
    },
  });
  // Once the end was asked for, for example because the database has failed, a start that fails says nothing new.
  const carillon = await starting.catch((error: unknown) => {
    if (ending.hasBegun) return undefined;
    throw error;
  });
  if (carillon === undefined) return ending.begun;

  const { url } = carillon;
  logger.info({ url, database: shownLocation(config.database), pid: process.pid }, 'listening');
  await Promise.race([ending.begun, printFirstSteps(carillon, config, tokenRules)]);

  const code = await ending.begun;
  await carillon.close();
  logger.info('stopped');
  return code;
}

async function printFirstSteps({ store, url }: Carillon, config: Config, rules: TokenRules): Promise<void> {
  if (config.isProduction || !('secret' in rules.key)) return;
  const { secret } = rules.key;
  const text = await firstSteps(store, url, config.livePage, (actor, ttlSeconds) =>
    signToken(actor, ttlSeconds, secret, rules),
  );
  process.stdout.write(text);
}
