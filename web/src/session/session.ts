import { UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { Configuration } from '../api/configuration.ts';

export interface SignedIn {
  userName: string;
}

/** Signing in and out: authorization code with PKCE; tokens live in this tab's session storage only. */
export interface Session {
  /** Resolves to undefined when nobody is signed in. */
  current(): Promise<SignedIn | undefined>;
  accessToken(): Promise<string | undefined>;
  /** Leaves the page; comes back to where it was called from. */
  signIn(): Promise<void>;
  /** To be called on `/signed-in`. Resolves to the path the person wanted. */
  completeSignIn(): Promise<string>;
  signOut(): Promise<void>;
}

export function createSession({ issuer, clientId, scope }: Configuration): Session {
  const manager = new UserManager({
    authority: issuer,
    client_id: clientId,
    redirect_uri: `${window.location.origin}/signed-in`,
    post_logout_redirect_uri: `${window.location.origin}/signed-out`,
    response_type: 'code',
    scope,
    automaticSilentRenew: false,
    userStore: new WebStorageStateStore({ store: window.sessionStorage }),
    stateStore: new WebStorageStateStore({ store: window.sessionStorage }),
  });

  const freshUser = async () => {
    const user = await manager.getUser();
    if (user === null) return undefined;
    if ((user.expires_in ?? 0) > 60) return user;
    const renewed = await manager.signinSilent().catch(() => null);
    return renewed ?? (user.expired === true ? undefined : user);
  };

  return {
    async current() {
      const user = await freshUser();
      if (user === undefined) return undefined;
      return { userName: user.profile.name ?? user.profile.email ?? user.profile.sub };
    },
    async accessToken() {
      return (await freshUser())?.access_token;
    },
    async signIn() {
      const { pathname, search } = window.location;
      await manager.signinRedirect({ state: pathname.startsWith('/signed-') ? '/' : pathname + search });
    },
    async completeSignIn() {
      const user = await manager.signinCallback();
      const wanted = user?.state;
      // Only a path of this console: never a redirect to elsewhere.
      return typeof wanted === 'string' && /^\/(?!\/)/.test(wanted) ? wanted : '/';
    },
    async signOut() {
      await manager.signoutRedirect({
        extraQueryParams: { client_id: clientId, logout_uri: `${window.location.origin}/signed-out` },
      });
    },
  };
}
