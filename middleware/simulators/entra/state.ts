/** What the authority knows: registered applications, people, codes and refresh tokens. */

export interface RegisteredClient {
  readonly clientId: string;
  /** Public clients have neither secret nor certificate. */
  readonly secret?: string;
  readonly certificatePem?: string;
  /** `http://localhost` matches any port and path of loopback, as Entra does. */
  readonly redirectUris?: readonly string[];
}

export interface Person {
  readonly email: string;
  readonly name: string;
  readonly objectId: string;
}

/** What a sign-in is worth: who, for which application, and whether with MFA. */
export interface Grant {
  readonly clientId: string;
  readonly person: Person;
  readonly mfa: boolean;
  readonly nonce?: string;
}

export interface AuthorizationCode extends Grant {
  readonly redirectUri: string;
  readonly challenge: string;
  readonly scope: string;
  readonly expiresAt: number;
}

export interface DeviceCode {
  readonly clientId: string;
  readonly userCode: string;
  readonly scope: string;
  readonly expiresAt: number;
  state: 'pending' | 'approved' | 'declined';
}

export interface RefreshToken extends Grant {
  readonly idleUntil: number;
  used: boolean;
  revoked: boolean;
}

export interface EntraState {
  readonly codes: Map<string, AuthorizationCode>;
  readonly devices: Map<string, DeviceCode>;
  readonly refreshTokens: Map<string, RefreshToken>;
}

export const createEntraState = (): EntraState => ({ codes: new Map(), devices: new Map(), refreshTokens: new Map() });
