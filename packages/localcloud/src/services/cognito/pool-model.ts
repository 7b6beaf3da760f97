/** One `AWS::Cognito::UserPoolClient`. */
export interface Client {
  id: string;
  callbackUrls: string[];
  logoutUrls: string[];
  scopes: string[];
  accessTokenSeconds: number;
  idTokenSeconds: number;
  refreshTokenSeconds: number;
}

/** The user pool of the template with its clients. */
export interface Pool {
  id: string;
  /** `http://127.0.0.1:PORT/oidc/POOLID`: what the pool's public URL is rendered as. */
  issuer: string;
  clients: Map<string, Client>;
}

/** A person who can sign in on one machine. */
export interface DemoUser {
  username: string;
  password: string;
  name: string;
  email: string;
  groups: string[];
}
