/**
 * The settings of the service, one row for each environment variable. This table is their only definition: the refusal at start,
 * `.env.example` and the operator's guide are made from it.
 */
import { z } from 'zod';

import { isSafeUrl } from './transport.ts';

const text = z.string().trim().min(1, 'must not be empty');
const safeUrl = text
  .refine((value) => isSafeUrl(value), 'must be an https address (plain http only for this machine)')
  .transform((value) => value.replace(/\/+$/, ''));
const whole = (least: number, most: number) =>
  z.coerce
    .number('must be a whole number')
    .int('must be a whole number')
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`);
const list = text.transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
const guid = text.regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'must be a GUID');
const organizationId = /^00D[A-Za-z0-9]{12}([A-Za-z0-9]{3})?$/;
const pem = text.refine((value) => value.includes('-----BEGIN'), 'must be PEM text (-----BEGIN …)');
const sealingKeys = list.refine(
  (keys) => keys.every((key) => Buffer.from(key, 'base64').length === 32),
  'each key must be 32 bytes in base64',
);
const yesNo = z.enum(['yes', 'no'], 'must be yes or no').transform((value) => value === 'yes');

export interface Setting<S extends z.ZodType = z.ZodType> {
  readonly schema: S;
  /** What it is for, in one sentence. */
  readonly meaning: string;
  readonly example: string;
  /** Used when the variable is absent; a setting without default is required unless `optional`. */
  readonly default?: string;
  readonly optional?: true;
  /** Never shown; may come from a file. */
  readonly secret?: true;
  readonly group: 'Store' | 'Salesforce' | 'Partner Center' | 'Webhooks' | 'Service' | 'Cadence';
}

const setting = <S extends z.ZodType>(value: Setting<S>): Setting<S> => value;

export const settings = {
  COSELL_DATA_DIR: setting({
    schema: text,
    group: 'Store',
    meaning: 'Folder of the embedded store and the local admin socket.',
    example: '/var/lib/cosell',
    default: './data',
  }),
  DATABASE_URL: setting({
    schema: text.regex(/^postgres(ql)?:\/\//, 'must begin with postgres://'),
    group: 'Store',
    meaning: 'PostgreSQL for several replicas; without it the embedded store is used.',
    example: 'postgres://cosell:secret@db:5432/cosell',
    optional: true,
    secret: true,
  }),
  COSELL_SEALING_KEYS: setting({
    schema: sealingKeys,
    group: 'Store',
    meaning: 'Keys that seal tokens at rest: 32 random bytes in base64, newest first, former ones behind a comma.',
    example: 'openssl rand -base64 32',
    secret: true,
  }),

  COSELL_SALESFORCE_LOGIN_URL: setting({
    schema: safeUrl,
    group: 'Salesforce',
    meaning: 'Where the integration user signs in: the My Domain address of the org.',
    example: 'https://example.my.salesforce.com',
  }),
  COSELL_SALESFORCE_CLIENT_ID: setting({
    schema: text,
    group: 'Salesforce',
    meaning: 'Consumer key of the external client app.',
    example: '3MVG9…',
  }),
  COSELL_SALESFORCE_USERNAME: setting({
    schema: text,
    group: 'Salesforce',
    meaning: 'User name of the integration user (with a private key).',
    example: 'cosell@example.com',
    optional: true,
  }),
  COSELL_SALESFORCE_PRIVATE_KEY: setting({
    schema: pem,
    group: 'Salesforce',
    meaning: 'Private key (PEM) for the JWT bearer flow; or give a client secret instead.',
    example: '-----BEGIN PRIVATE KEY-----',
    optional: true,
    secret: true,
  }),
  COSELL_SALESFORCE_CLIENT_SECRET: setting({
    schema: text,
    group: 'Salesforce',
    meaning: 'Consumer secret for the client credentials flow; or give a private key instead.',
    example: 'from Setup, External Client App Manager',
    optional: true,
    secret: true,
  }),
  COSELL_SALESFORCE_AUDIENCE: setting({
    schema: safeUrl,
    group: 'Salesforce',
    meaning: 'Audience of the JWT when it is not the login address.',
    example: 'https://login.salesforce.com',
    optional: true,
  }),
  COSELL_ORG_ID: setting({
    schema: list.refine((ids) => ids.every((id) => organizationId.test(id)), 'must be organization ids (00D…)'),
    group: 'Salesforce',
    meaning:
      'Ids of the orgs that may use the real Partner Center: what they send is real. An org not named here is only compared, never written.',
    example: '00Dxx0000001gPLEAY',
    optional: true,
  }),
  COSELL_ALLOW_SANDBOX: setting({
    schema: list.refine((ids) => ids.every((id) => organizationId.test(id)), 'must be organization ids (00D…)'),
    group: 'Salesforce',
    meaning: 'Ids of sandboxes that may use the real Partner Center; there is no referrals sandbox at Microsoft.',
    example: '00Dxx0000001gPLEAY',
    optional: true,
  }),
  COSELL_PUBSUB_ENDPOINT: setting({
    schema: text.regex(/^[\w.-]+:\d+$/, 'must be host:port'),
    group: 'Salesforce',
    meaning: 'Pub/Sub API; EU orgs may use api.deu.pubsub.salesforce.com:7443.',
    example: 'api.pubsub.salesforce.com:7443',
    default: 'api.pubsub.salesforce.com:7443',
  }),

  COSELL_TENANT_ID: setting({
    schema: guid,
    group: 'Partner Center',
    meaning: 'Entra tenant of the partner account.',
    example: '11111111-2222-4333-8444-555555555555',
  }),
  COSELL_CLIENT_ID: setting({
    schema: guid,
    group: 'Partner Center',
    meaning: 'Application (client) id of the Entra app registration.',
    example: '66666666-7777-4888-8999-000000000000',
  }),
  COSELL_CLIENT_SECRET: setting({
    schema: text,
    group: 'Partner Center',
    meaning: 'Client secret of the app registration; a certificate is better.',
    example: 'from Entra, Certificates & secrets',
    optional: true,
    secret: true,
  }),
  COSELL_CLIENT_CERTIFICATE: setting({
    schema: pem,
    group: 'Partner Center',
    meaning: 'Certificate and private key (PEM, one after the other) of the app registration, instead of a secret.',
    example: '-----BEGIN CERTIFICATE----- … -----BEGIN PRIVATE KEY-----',
    optional: true,
    secret: true,
  }),
  COSELL_PUBLIC_CLIENT: setting({
    schema: yesNo,
    group: 'Partner Center',
    meaning: 'The app registration is a public client (device code only, no secret).',
    example: 'no',
    default: 'no',
  }),
  COSELL_AUTHORITY: setting({
    schema: safeUrl,
    group: 'Partner Center',
    meaning: "Microsoft's sign-in service.",
    example: 'https://login.microsoftonline.com',
    default: 'https://login.microsoftonline.com',
  }),
  COSELL_PARTNER_API: setting({
    schema: safeUrl,
    group: 'Partner Center',
    meaning: 'Host of the Referrals API.',
    example: 'https://api.partner.microsoft.com',
    default: 'https://api.partner.microsoft.com',
  }),
  COSELL_WEBHOOK_API: setting({
    schema: safeUrl,
    group: 'Partner Center',
    meaning: 'Host of the webhook registration API.',
    example: 'https://api.partnercenter.microsoft.com',
    default: 'https://api.partnercenter.microsoft.com',
  }),
  COSELL_PARTNER_ORGANIZATION: setting({
    schema: guid,
    group: 'Partner Center',
    meaning:
      "Organization id of your partner account, as its own referrals carry it; without it every referral that is not Microsoft's counts as yours.",
    example: '0a1b2c3d-aaaa-4bbb-8ccc-ddddeeeeffff',
    optional: true,
  }),
  COSELL_PARTNER_LOCATIONS: setting({
    schema: list,
    group: 'Partner Center',
    meaning: 'Partner ids (locations) of your account.',
    example: '1234567,7654321',
    optional: true,
  }),
  COSELL_REFERRAL_LINK: setting({
    schema: text,
    group: 'Partner Center',
    meaning: 'Address of a deal in Partner Center for people; {referralId} and {engagementId} are filled in.',
    example: 'https://partner.microsoft.com/en-us/dashboard/referrals/{referralId}',
    default: 'https://partner.microsoft.com/en-us/dashboard/referrals/{referralId}',
  }),
  COSELL_CREATE_QUIET_SECONDS: setting({
    schema: whole(1, 3600),
    group: 'Partner Center',
    meaning: 'How long a new referral may take to show up in the list: a create that was cut is repeated only a minute after that.',
    example: '60',
    default: '60',
  }),

  COSELL_PUBLIC_URL: setting({
    schema: safeUrl,
    group: 'Webhooks',
    meaning: 'Public https address under which Microsoft reaches this service.',
    example: 'https://cosell.example.com',
  }),
  COSELL_CERTIFICATE_HOSTS: setting({
    schema: list,
    group: 'Webhooks',
    meaning: 'Exact hosts (with port if not 443) from which signing certificates may be fetched.',
    example: '3psostorageacct.blob.core.windows.net',
    default: '3psostorageacct.blob.core.windows.net',
  }),
  COSELL_CERTIFICATE_SUBJECTS: setting({
    schema: list,
    group: 'Webhooks',
    meaning: 'Common names a signing certificate may carry.',
    example: 'pcnotifications-dispatch.microsoft.com',
    default: 'pcnotifications-dispatch.microsoft.com',
  }),
  COSELL_EXTRA_ROOTS: setting({
    schema: pem,
    group: 'Webhooks',
    meaning: 'Further trusted roots (PEM) for outgoing TLS and for signing certificates.',
    example: '-----BEGIN CERTIFICATE-----',
    optional: true,
    secret: true,
  }),

  COSELL_HOST: setting({
    schema: text,
    group: 'Service',
    meaning: 'Address the service listens on.',
    example: '127.0.0.1',
    default: '127.0.0.1',
  }),
  COSELL_PORT: setting({
    schema: whole(0, 65535),
    group: 'Service',
    meaning: 'Port the service listens on.',
    example: '8080',
    default: '8080',
  }),
  COSELL_ADMIN_TOKEN: setting({
    schema: text.min(32, 'must have at least 32 characters'),
    group: 'Service',
    meaning: 'Token for the admin API and the metrics over the network; without it both answer on the local socket only.',
    example: 'openssl rand -base64 32',
    optional: true,
    secret: true,
  }),
  COSELL_TRUST_PROXY: setting({
    schema: list,
    group: 'Service',
    meaning: 'Addresses of the proxies in front, whose forwarded headers are believed.',
    example: 'loopback',
    optional: true,
  }),
  COSELL_LOG_LEVEL: setting({
    schema: z.enum(['debug', 'info', 'warn', 'error', 'silent'], 'must be debug, info, warn, error or silent'),
    group: 'Service',
    meaning: 'How much is logged.',
    example: 'info',
    default: 'info',
  }),
  COSELL_LOG_FORMAT: setting({
    schema: z.enum(['auto', 'json', 'pretty'], 'must be auto, json or pretty'),
    group: 'Service',
    meaning: 'JSON lines, or readable lines; auto means readable on a terminal.',
    example: 'auto',
    default: 'auto',
  }),
  COSELL_CONCURRENCY: setting({
    schema: whole(1, 200),
    group: 'Service',
    meaning: 'Deals worked on at the same time. Most of them wait for an answer most of the time.',
    example: '200',
    default: '200',
  }),

  COSELL_SWEEP_MINUTES: setting({
    schema: whole(1, 1440),
    group: 'Cadence',
    meaning: 'How often both sides are swept for changes no notice told of.',
    example: '5',
    default: '5',
  }),
  COSELL_FULL_SWEEP_HOURS: setting({
    schema: whole(1, 720),
    group: 'Cadence',
    meaning: 'How often every open deal is compared in full.',
    example: '24',
    default: '24',
  }),
  COSELL_MAPPING_MINUTES: setting({
    schema: whole(1, 1440),
    group: 'Cadence',
    meaning: "How often the admin's mapping is read again.",
    example: '5',
    default: '5',
  }),
} as const;
