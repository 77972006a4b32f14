import { bring } from '../support/debian.ts';
import { caddyPath, nginxPath, opensslPath, systemdAnalyzePath } from './programs.ts';

/** Before all tests: brings the proxies and what else the tests of this folder start. */
export default function setup(): void {
  bring(nginxPath, 'nginx', 'NGINX');
  bring(caddyPath, 'caddy', 'CADDY');
  bring(opensslPath, 'openssl', 'OPENSSL');
  bring(systemdAnalyzePath, 'systemd', 'SYSTEMD_ANALYZE');
}
