/** MSAL client objects from the settings: confidential with secret or certificate, public for the device code. */
import { createHash, X509Certificate } from 'node:crypto';

import {
  ConfidentialClientApplication,
  LogLevel,
  PublicClientApplication,
  type Configuration,
  type ICachePlugin,
  type INetworkModule,
} from '@azure/msal-node';

import type { Audience } from '../tokens.ts';

/** How the connector proves itself to Entra. A certificate is signed with PS256. */
export type Credential =
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'certificate'; readonly privateKeyPem: string; readonly certificatePem: string };

export interface Application {
  /** Directory id of the partner's tenant (a GUID): compared with the one that signed in. */
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential: Credential;
  /** Default `https://login.microsoftonline.com`. */
  readonly authorityOrigin?: string;
  /** Hosts (with port) that are taken as authorities without asking Microsoft's discovery. */
  readonly knownAuthorities?: readonly string[];
  /** Resource of each audience; `/user_impersonation` is added. */
  readonly resources?: { readonly [A in Audience]?: string };
}

const defaultResources: { readonly [A in Audience]: string } = {
  referrals: 'https://api.partner.microsoft.com',
  webhooks: 'https://api.partnercenter.microsoft.com',
};

/** One resource per request: Entra refuses two (entra-and-webhooks §1). */
export function scopesOf(application: Application, audience: Audience): string[] {
  return [`${application.resources?.[audience] ?? defaultResources[audience]}/user_impersonation`];
}

function configuration(application: Application, network: INetworkModule, plugin: ICachePlugin | null): Configuration {
  const { tenantId, clientId, authorityOrigin = 'https://login.microsoftonline.com', knownAuthorities = [] } = application;
  return {
    auth: { clientId, authority: `${authorityOrigin}/${tenantId}`, knownAuthorities: [...knownAuthorities] },
    ...(plugin === null ? {} : { cache: { cachePlugin: plugin } }),
    system: {
      networkClient: network,
      loggerOptions: { piiLoggingEnabled: false, logLevel: LogLevel.Error, loggerCallback: () => undefined },
    },
  };
}

function proof(credential: Credential): Pick<Configuration['auth'], 'clientSecret' | 'clientCertificate'> {
  if (credential.kind === 'secret') return { clientSecret: credential.secret };
  const { raw } = new X509Certificate(credential.certificatePem);
  const thumbprintSha256 = createHash('sha256').update(raw).digest('hex');
  return { clientCertificate: { thumbprintSha256, privateKey: credential.privateKeyPem, x5c: credential.certificatePem } };
}

/** @param plugin null keeps the session in memory only, for a sign-in that is checked before it is stored. */
export function confidentialClient(
  application: Application,
  network: INetworkModule,
  plugin: ICachePlugin | null,
): ConfidentialClientApplication {
  const base = configuration(application, network, plugin);
  return new ConfidentialClientApplication({ ...base, auth: { ...base.auth, ...proof(application.credential) } });
}

export function publicClient(application: Application, network: INetworkModule, plugin: ICachePlugin | null): PublicClientApplication {
  return new PublicClientApplication(configuration(application, network, plugin));
}
