/** What the tests of this folder start. */
export const nginxPath = process.env['NGINX'] ?? '/usr/sbin/nginx';
export const caddyPath = process.env['CADDY'] ?? '/usr/bin/caddy';
export const opensslPath = process.env['OPENSSL'] ?? '/usr/bin/openssl';
export const systemdAnalyzePath = process.env['SYSTEMD_ANALYZE'] ?? '/usr/bin/systemd-analyze';
