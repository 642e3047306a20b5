/** What `app` uses of sign-in. */
export { createExchangeLock, type InTurn } from './exchange-lock.ts';
export { openLoopback, type Loopback } from './loopback.ts';
export type { Application, Credential } from './msal-client.ts';
export {
  createSignIn,
  type DevicePrompt,
  type PendingSignIn,
  type SignedIn,
  type SignIn,
  type SignInAnswer,
  type SignInOptions,
} from './sign-in.ts';
export { createTokenSource, type RenewingTokenSource, type TokenSourceOptions } from './token-source.ts';
