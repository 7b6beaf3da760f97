import Link from '@cloudscape-design/components/link';
import { useNavigate } from 'react-router';

/** Leads to a place in the console without loading it anew. */
export function EntryLink({ href, text }: { href: string; text: string }) {
  const navigate = useNavigate();
  return (
    <Link
      href={href}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(href);
      }}
    >
      {text}
    </Link>
  );
}
