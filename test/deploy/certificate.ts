import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { pathOf } from '../support/needs.ts';

export interface Certificate {
  readonly certificatePath: string;
  readonly keyPath: string;
  /** The folder that both are in. */
  readonly folder: string;
}

let made: Certificate | undefined;

/** A certificate for localhost, made once, which this process trusts from then on. */
export function certificate(): Certificate {
  return (made ??= make());
}

function make(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-certificate-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const certificatePath = join(folder, 'fullchain.pem');
  const keyPath = join(folder, 'privkey.pem');
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const files = ['-keyout', keyPath, '-out', certificatePath, '-days', '2'];
  execFileSync(pathOf('openssl'), [...request, ...names, ...files], { stdio: 'ignore' });
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(certificatePath, 'utf8')]);
  return { certificatePath, keyPath, folder };
}
