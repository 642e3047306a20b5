/** What other rooms use of the webhook: verification, reading, and the guards for its transport. */
export { defaultCertificateHosts } from './certificate-url.ts';
export { guardedLookup, loopbackNamesOf } from './guarded-lookup.ts';
export { readNotice, referralEvents, testEvent, type ReadNotice, type VerifiedNotice } from './notice.ts';
export { defaultSignerNames } from './signer-pin.ts';
export { createNoticeVerifier, type Delivery, type Verification, type VerifierOptions, type VerifyNotice } from './verify-notice.ts';
