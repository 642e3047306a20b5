/**
 * Signing certificates by URL: one download for any number of deliveries, a short memory for failures, a new look at
 * most once a minute when a signature does not fit (entra-and-webhooks §8).
 */
import type { KeyObject, X509Certificate } from 'node:crypto';

import type { System } from '../../sync/ports.ts';
import type { Transport } from '../../transport.ts';
import { judgeSigner, signerFile, type Download, type SignerFile, type TrustRules, type Verdict } from './judge-signer.ts';
import { readCertificates } from './roots.ts';

const minute = 60_000;
/** Bounds what a revoked certificate can do, since Node checks no revocation. */
const longestUse = 12 * 60 * minute;
const judgeAgainAfter = 60 * minute;
const failureMemory = 30_000;
const lookAgainAfter = minute;
const mostBytes = 64 * 1_024;
const downloadLimitMs = 8_000;
/** Forged deliveries can name ever new files on the allowed host; real ones name one. */
const downloadsPerMinute = 20;
const mostEntries = 64;

export type SignerAnswer =
  | { readonly kind: 'trusted'; readonly key: KeyObject; readonly fetchedAt: number }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unavailable'; readonly why: string };

export interface SignerStore {
  /** @param url already checked against the allowed hosts. */
  signer(url: string): Promise<SignerAnswer>;
  /** A fresh copy, because a signature did not fit the one fetched at `fetchedAt`; null when there is none newer and it is too early to look again. */
  fresherSigner(url: string, fetchedAt: number): Promise<SignerAnswer | null>;
}

interface Entry {
  readonly file: SignerFile | null;
  readonly fetched: readonly X509Certificate[];
  readonly verdict: Verdict;
  readonly fetchedAt: number;
  readonly judgedAt: number;
  readonly triedAt: number;
}

/** @param transport resolves through the guarded lookup and follows no redirects. */
export function createSignerStore(transport: Transport, system: System, rules: TrustRules): SignerStore {
  const entries = new Map<string, Entry>();
  const running = new Map<string, Promise<Entry>>();
  let windowStart = 0;
  let downloads = 0;

  const download: Download = async (url) => {
    const now = system.now();
    if (now - windowStart >= minute) {
      windowStart = now;
      downloads = 0;
    }
    downloads += 1;
    if (downloads > downloadsPerMinute) return null;
    try {
      const response = await transport({ method: 'GET', url, timeoutMs: downloadLimitMs });
      return response.status === 200 && response.body.length > 0 && response.body.length <= mostBytes ? response.body : null;
    } catch {
      return null;
    }
  };

  async function judged(file: SignerFile, triedAt: number, fetchedAt: number, known: readonly X509Certificate[]): Promise<Entry> {
    const withKnown = { leaf: file.leaf, others: [...file.others, ...known] };
    const { verdict, fetched } = await judgeSigner(withKnown, rules, system.now(), download);
    return { file, fetched: [...known, ...fetched], verdict, fetchedAt, triedAt, judgedAt: system.now() };
  }

  async function load(url: string, before: Entry | undefined): Promise<Entry> {
    const triedAt = system.now();
    const bytes = await download(url);
    if (bytes === null) return failed(before, triedAt);
    const certificates = readCertificates(bytes);
    const file = certificates === null ? null : signerFile(certificates);
    if (file === null) {
      return {
        file: null,
        fetched: [],
        verdict: { kind: 'refused', why: 'the file is no certificate' },
        fetchedAt: triedAt,
        judgedAt: triedAt,
        triedAt,
      };
    }
    return judged(file, triedAt, triedAt, []);
  }

  /** An older copy that is still valid serves on; else the sender is asked to come back. */
  async function failed(before: Entry | undefined, triedAt: number): Promise<Entry> {
    if (before?.file && before.verdict.kind === 'trusted') {
      const again = await judged(before.file, triedAt, before.fetchedAt, before.fetched);
      if (again.verdict.kind === 'trusted') return again;
    }
    const verdict: Verdict = { kind: 'unavailable', why: 'the certificate could not be fetched' };
    return { file: null, fetched: [], verdict, fetchedAt: 0, judgedAt: triedAt, triedAt };
  }

  function once(url: string, work: () => Promise<Entry>): Promise<Entry> {
    const already = running.get(url);
    if (already) return already;
    const started = work()
      .then((entry) => keep(url, entry))
      .finally(() => running.delete(url));
    running.set(url, started);
    return started;
  }

  function keep(url: string, entry: Entry): Entry {
    entries.delete(url);
    entries.set(url, entry);
    if (entries.size > mostEntries) {
      const untrusted = [...entries].find(([other, { verdict }]) => other !== url && verdict.kind !== 'trusted');
      entries.delete(untrusted?.[0] ?? [...entries.keys()][0] ?? url);
    }
    return entry;
  }

  /** How long the entry may be used as it is, ms since its last try. */
  function isCurrent(entry: Entry, now: number): boolean {
    if (entry.verdict.kind === 'trusted') return now - entry.fetchedAt < longestUse || now - entry.triedAt < failureMemory;
    return now - entry.triedAt < (entry.verdict.kind === 'refused' ? lookAgainAfter : failureMemory);
  }

  const answerOf = ({ verdict, fetchedAt }: Entry): SignerAnswer => (verdict.kind === 'trusted' ? { ...verdict, fetchedAt } : verdict);

  /** A copy that has run out in the meantime is replaced at once. */
  async function judgedOrLoaded(url: string, entry: Entry, file: SignerFile): Promise<Entry> {
    const again = await judged(file, entry.triedAt, entry.fetchedAt, entry.fetched);
    return again.verdict.kind === 'trusted' ? again : load(url, again);
  }

  async function signer(url: string): Promise<SignerAnswer> {
    const now = system.now();
    const entry = entries.get(url);
    if (entry === undefined || !isCurrent(entry, now)) return answerOf(await once(url, () => load(url, entry)));
    const { file } = entry;
    if (entry.verdict.kind === 'trusted' && file !== null && now - entry.judgedAt >= judgeAgainAfter) {
      return answerOf(await once(url, () => judgedOrLoaded(url, entry, file)));
    }
    return answerOf(entry);
  }

  return {
    signer,
    async fresherSigner(url, fetchedAt) {
      const entry = entries.get(url);
      const already = running.get(url);
      if (already) return answerOf(await already);
      if (entry !== undefined && entry.fetchedAt > fetchedAt) return answerOf(entry);
      if (entry !== undefined && system.now() - entry.triedAt < lookAgainAfter) return null;
      const fresh = await once(url, () => load(url, entry));
      if (fresh.fetchedAt > fetchedAt) return answerOf(fresh);
      return { kind: 'unavailable', why: 'a fresh certificate could not be fetched' };
    },
  };
}
