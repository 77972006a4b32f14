import { testAbsence } from './absence-suite.ts';
import { nginx } from './nginx.ts';
import { testProxy } from './proxy-suite.ts';
import { testRestart } from './restart-suite.ts';

testProxy(nginx);
testAbsence(nginx);
testRestart(nginx);
