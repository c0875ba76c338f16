// The certified provider `oidc-provider`, as a department's own would stand there: one client, people who sign in at once.
// What is invented here is only who they are. PUT /scene sets it: claims, amr, how long a token lasts, how wrong the clock goes, how old what it hands out is.
import { createServer } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [modules, client, secret, callback] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${modules}/package.json`));
const { default: Provider } = await import(pathToFileURL(require.resolve('oidc-provider')));

const ordinary = { sub: 'worker-1', claims: {}, amr: undefined, lasts: 3600, skew: 0, aged: 0, slow: 0, refuses: false };
let scene = { ...ordinary };
const now = Date.now;
Date.now = () => now() + (scene.skew - scene.aged) * 1000;

const server = createServer();
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  const provider = new Provider(issuer, {
    clients: [{ client_id: client, client_secret: secret, redirect_uris: callback.split(','), response_types: ['code'],
                grant_types: ['authorization_code'], token_endpoint_auth_method: 'client_secret_basic' }],
    jwks: { keys: [{ ...jwk, use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['only for tests'] },
    conformIdTokenClaims: false,
    claims: { openid: ['sub', 'amr', 'auth_time', 'groups', '_claim_names', 'preferred_username'], profile: ['name'], email: ['email', 'email_verified'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
    pkce: { required: () => true },
    ttl: { IdToken: () => scene.lasts, AccessToken: 600, AuthorizationCode: 60, Session: 86400, Interaction: 86400, Grant: 86400 },
    findAccount: (ctx, sub) => ({ accountId: sub, claims: () => ({ ...scene.claims, sub }) }),
    renderError: (ctx, out) => { ctx.type = 'text'; ctx.body = JSON.stringify(out); },
  });
  const answer = provider.callback();
  server.on('request', async (request, response) => {
    if (request.method === 'PUT') {
      let body = '';
      for await (const part of request) body += part;
      scene = { ...ordinary, ...JSON.parse(body) };
      response.end('set\n');
      return;
    }
    if (scene.slow) await new Promise((done) => setTimeout(done, scene.slow * 1000));
    if (scene.skew) response.setHeader('Date', new Date(Date.now()).toUTCString());
    const asked = /^\/interaction\/([^/?]+)/.exec(request.url);
    if (!asked) return answer(request, response);
    const { prompt, params, grantId } = await provider.interactionDetails(request, response);
    if (scene.refuses) {
      return provider.interactionFinished(request, response, { error: 'access_denied', error_description: 'refused' });
    }
    if (prompt.name === 'login') {
      return provider.interactionFinished(request, response, { login: { accountId: scene.sub, amr: scene.amr } });
    }
    const grant = grantId ? await provider.Grant.find(grantId) : new provider.Grant({ accountId: scene.sub, clientId: params.client_id });
    grant.addOIDCScope('openid profile email');
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
  });
  process.stdout.write(`${issuer}\n`);
});
