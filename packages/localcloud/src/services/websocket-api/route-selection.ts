import type { Api, Route } from '../api-gateway/api-model.ts';

export function routeNamed(api: Api, routeKey: string): Route | undefined {
  return [...api.routes.values()].find((route) => route.routeKey === routeKey);
}

/** The route that a message is for: the one its body names, else `$default`; undefined when there is neither. */
export function selectRoute(api: Api, body: string): Route | undefined {
  const selected = selectedKey(api.routeSelection, body);
  const named = selected === undefined || selected.startsWith('$') ? undefined : routeNamed(api, selected);
  return named ?? routeNamed(api, '$default');
}

/** A body that is no JSON, or has no text in the place, selects nothing. */
function selectedKey(path: readonly string[], body: string): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  for (const step of path) value = Object(value)[step];
  return typeof value === 'string' ? value : undefined;
}
