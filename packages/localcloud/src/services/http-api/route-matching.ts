import type { Route } from '../api-gateway/api-model.ts';

export interface RouteMatch {
  route: Route;
  pathParameters: Record<string, string>;
}

/** Segments by how much they say: a literal before a parameter before a greedy one. */
const literal = 0;
const parameter = 1;
const greedy = 2;

interface Candidate extends RouteMatch {
  ranks: number[];
  isAnyMethod: boolean;
}

/**
 * Finds the route as API Gateway does: the most specific path wins, segment by segment; a method before `ANY`; then
 * `$default`. `segments` are the path's, still percent-encoded.
 */
export function matchRoute(routes: Iterable<Route>, method: string, path: string): RouteMatch | undefined {
  const segments = path.split('/').slice(1);
  const candidates: Candidate[] = [];
  let fallback: RouteMatch | undefined;
  for (const route of routes) {
    if (route.routeKey === '$default') {
      fallback = { route, pathParameters: {} };
      continue;
    }
    const candidate = matchOne(route, method, segments);
    if (candidate) candidates.push(candidate);
  }
  return candidates.sort(compareCandidates)[0] ?? fallback;
}

function matchOne(route: Route, method: string, segments: string[]): Candidate | undefined {
  const [routeMethod, routePath = ''] = route.routeKey.split(' ');
  if (routeMethod !== method && routeMethod !== 'ANY') return undefined;
  const pattern = routePath.split('/').slice(1);
  const ranks: number[] = [];
  const pathParameters: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const name = /^\{(.+?)(\+?)\}$/.exec(part);
    const segment = segments[index];
    if (segment === undefined) return undefined;
    if (name?.[1] === undefined) {
      if (decodePath(segment) !== part) return undefined;
      ranks.push(literal);
    } else if (name[2] === '+') {
      ranks.push(greedy);
      pathParameters[name[1]] = decodePath(segments.slice(index).join('/'));
      return { route, pathParameters, ranks, isAnyMethod: routeMethod === 'ANY' };
    } else {
      if (segment === '') return undefined;
      ranks.push(parameter);
      pathParameters[name[1]] = decodePath(segment);
    }
  }
  if (segments.length !== pattern.length) return undefined;
  return { route, pathParameters, ranks, isAnyMethod: routeMethod === 'ANY' };
}

function compareCandidates(a: Candidate, b: Candidate): number {
  const length = Math.max(a.ranks.length, b.ranks.length);
  for (let index = 0; index < length; index++) {
    const difference = (a.ranks[index] ?? greedy) - (b.ranks[index] ?? greedy);
    if (difference !== 0) return difference;
  }
  return Number(a.isAnyMethod) - Number(b.isAnyMethod);
}

/** Percent-decodes a path; what is no valid encoding stays as it is. */
export function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
