import { useSearchParams } from 'react-router';

/** What the address says besides the page, and how to change a part of it; empty takes it out. */
export function useAddress(): [URLSearchParams, (name: string, value: string) => void] {
  const [search, setSearch] = useSearchParams();
  const change = (name: string, value: string): void =>
    setSearch(
      (known) => {
        if (value === '') known.delete(name);
        else known.set(name, value);
        return known;
      },
      { replace: true },
    );
  return [search, change];
}
