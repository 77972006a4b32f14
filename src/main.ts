import { startCarillon } from './carillon.ts';
import { readConfig } from './config.ts';
import { firstSteps } from './development.ts';
import { StartError } from './domain/errors.ts';
import { signToken } from './http/token.ts';
import { createLog } from './log.ts';
import { tokenRulesOf } from './secret.ts';
import { shownLocation } from './store/open.ts';

/** Signals that come within this time are one. */
const sameSignalMs = 250;

async function main(): Promise<void> {
  const config = readConfig();
  const { logger: log, droppedLines } = createLog(config.logLevel);
  const tokenRules = tokenRulesOf(config);
  const carillon = await startCarillon(config, {
    tokenRules,
    log,
    droppedLogLines: droppedLines,
    now: Date.now,
    onFailure: (cause) => {
      log.fatal(
        { err: cause },
        'the database has failed; what was written last may be lost, so the server stops',
      );
      stop(1);
    },
  });
  log.info({ url: carillon.url, database: shownLocation(config.database), pid: process.pid }, 'listening');

  let stoppingSince: number | undefined;
  function stop(code: number): void {
    if (stoppingSince !== undefined) return;
    stoppingSince = performance.now();
    log.info('stopping');
    void carillon.close().then(() => {
      log.info('stopped');
      process.exit(code);
    });
  }
  const onSignal = () => {
    // Somebody does not want to wait. (npm repeats a Ctrl-C that the terminal has sent here already: that is one.)
    if (stoppingSince !== undefined && performance.now() - stoppingSince > sameSignalMs) process.exit(1);
    stop(0);
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);

  if (!config.isProduction && 'secret' in tokenRules.key) {
    const { secret } = tokenRules.key;
    const text = await firstSteps(carillon.store, carillon.url, config.livePage, (actor, ttlSeconds) =>
      signToken(actor, ttlSeconds, secret, tokenRules),
    );
    process.stdout.write(text);
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  process.stderr.write(`carillon: ${error.message}\n`);
  process.exit(1);
}
