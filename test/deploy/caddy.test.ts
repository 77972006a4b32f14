import { testAbsence } from './absence-suite.ts';
import { caddy } from './caddy.ts';
import { testProxy } from './proxy-suite.ts';
import { testRestart } from './restart-suite.ts';

testProxy(caddy);
testAbsence(caddy);
testRestart(caddy);
