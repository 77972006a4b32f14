import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';
import {
  ask,
  type Answer,
  secret,
  startServer,
  type ServerOptions,
  type TestServer,
} from '../support/server.ts';

/** A key of an application's own backend, as it signs with it and as it publishes it. */
export interface SigningKey {
  readonly alg: string;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly jwk: JWK;
}

export async function makeKey(alg: string, kid = alg): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, kid, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), alg, kid, use: 'sig' } };
}

/** Where keys are published. */
export interface Issuer {
  readonly url: string;
  /** How often it was asked. */
  readonly asked: number;
  /** What it answers instead of its keys. */
  answer: ((res: ServerResponse) => void) | undefined;
}

/** Publishes keys as a backend does, until the test ends: those that are in `keys` when it is asked. */
export async function publish(keys: readonly JWK[]): Promise<Issuer> {
  let asked = 0;
  const server = createServer((_req, res) => {
    asked++;
    if (issuer.answer !== undefined) issuer.answer(res);
    else res.setHeader('Content-Type', 'application/json').end(JSON.stringify({ keys }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const issuer: Issuer = {
    url: `http://127.0.0.1:${port}/keys`,
    get asked() {
      return asked;
    },
    answer: undefined,
  };
  return issuer;
}

/** Starts a server that verifies tokens with these keys. */
export async function startServerWith(
  keys: readonly SigningKey[],
  options: ServerOptions = {},
): Promise<TestServer> {
  const { url } = await publish(keys.map(({ jwk }) => jwk));
  return startServer({ ...options, tokenRules: { key: { jwksUrl: url } } });
}

/** The claims of a token of ann's that is valid for ten minutes. */
export function claims(more: JWTPayload = {}): JWTPayload {
  return { sub: 'ann', exp: seconds(600), ...more };
}

/** Now and `offset`, as a token says it. */
export function seconds(offset: number): number {
  return Math.floor(Date.now() / 1000) + offset;
}

/** Signs with the test's shared secret. */
export function sign(payload: JWTPayload, header = { alg: 'HS256' }, key = secret): Promise<string> {
  return new SignJWT(payload).setProtectedHeader(header).sign(Buffer.from(key));
}

/** Signs with a backend's private key. */
export function signWith(
  { alg, kid, privateKey }: SigningKey,
  payload: JWTPayload = claims(),
): Promise<string> {
  return new SignJWT(payload).setProtectedHeader({ alg, kid }).sign(privateKey);
}

/** Asks for the counts with this token. */
export function tryToken({ url }: TestServer, token: string): Promise<Answer> {
  return ask(`${url}/notifications/counts`, 'GET', undefined, { authorization: `Bearer ${token}` });
}
