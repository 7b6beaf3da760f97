import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Stands in for the SDK's default credential chain in bundles: Lambda gives credentials in the environment and in no
 * other way, and the chain (profiles, single sign-on, instance metadata …) is a fifth of a function's bytes.
 */
export const defaultProvider = () => fromEnv();
