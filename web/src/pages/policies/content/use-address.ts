import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

export type AddressChange = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a page shows, as parameters of its address: undefined and empty ones are left out. */
export function useAddress(): [URLSearchParams, (change: AddressChange) => void] {
  const [parameters, setParameters] = useSearchParams();
  const change = useCallback(
    (values: AddressChange) =>
      setParameters(
        (now) => {
          const next = new URLSearchParams(now);
          for (const [name, value] of Object.entries(values)) {
            next.delete(name);
            const given = value === undefined ? [] : [value].flat();
            for (const one of given) if (one !== '') next.append(name, one);
          }
          return next;
        },
        { replace: true },
      ),
    [setParameters],
  );
  return [parameters, change];
}
